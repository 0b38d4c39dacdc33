import { expect } from 'chai';
import { record } from 'fast-check';
import { printFigures } from '../support/figures.ts';
import { openNginx, replicaAddress } from '../support/nginx.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { post } from '../system/calls.ts';
import { openLiveSocket } from '../system/live-socket.ts';
import { Endurance } from './endurance.ts';
import { framesAbout, handshake } from './frames.ts';
import { fuzz, fuzzTimeoutMs, seed, totalRequests } from './fuzz.ts';
import { httpCases, sendCase, sizeOf } from './http-cases.ts';
import { Tally } from './outcomes.ts';
import { openStage, type Stage, sumCounters } from './stage.ts';
import { speak } from './web-socket-case.ts';

async function verify({ broker, gateway, bridge }: Stage, logFrom: number): Promise<void> {
  const lines = (await broker.log()).slice(logFrom).split('\n');
  expect(lines.filter((line) => /Channel error|operation \S+ caused|exception/.test(line))).to.deep.equal([]);
  for (const process of [gateway, bridge]) {
    expect(await sumCounters(process, 'restmapper_bus_reconnects_total')).to.equal(0);
  }
}

describe('a fuzzer', function () {
  this.timeout(fuzzTimeoutMs);

  it('gets only documented answers from a gateway, which keeps exactly what it accepted', async () => {
    const stage = await openStage();
    const { gateway, paths } = stage;
    const logFrom = (await stage.broker.log()).length;
    const endurance = new Endurance(gateway);
    const tally = new Tally();

    const requests = await fuzz(httpCases(paths), {
      requests: totalRequests * 0.6,
      send: (one) => sendCase(gateway.port, one, { tally, isDirect: true, echoesIds: true }),
      sizeOf,
      sample: () => endurance.sample(),
    });

    printFigures('gateway', { seed, requests, ...tally.all });
    endurance.verify();
    await verify(stage, logFrom);
    expect(tally.of('200')).to.be.above(0);
    await until(async () => {
      const { accepted, kept } = await stage.count();
      return accepted > 0 && accepted === kept;
    });
  });

  it('cannot hide a request from nginx in another one', async () => {
    const stage = await openStage();
    const nginx = use(await openNginx(), (nginx) => nginx.close());
    const host = replicaAddress();
    const gateway = await stage.open('serve', { host, port: nginx.ports.restmapper });
    nginx.names.set('restmapper', [host]);
    const port = Number(new URL(nginx.url).port);
    await until(async () => (await fetch(`${nginx.url}/api/v1/openapi.json`)).ok);
    const tally = new Tally();

    const requests = await fuzz(httpCases(stage.paths.map((path) => `/api/v1${path}`)), {
      requests: totalRequests * 0.1,
      send: (one) => sendCase(port, one, { tally, isDirect: false, echoesIds: false }),
      sizeOf,
      sample: async () => {},
    });

    const forwarded = async () => (await nginx.accessLog()).filter(({ upstream }) => upstream !== '').length;
    printFigures('nginx', { seed, requests, forwarded: await forwarded(), ...tally.all });
    // Requests that nginx forwarded and the gateway rejected as malformed appear only in nginx's log.
    await until(
      async () => (await sumCounters(gateway, 'restmapper_http_requests_total')) <= (await forwarded()),
    );
  });

  it('gets only documented answers from a bridge, whose other clients miss nothing', async () => {
    const stage = await openStage();
    const { bridge, gateway, name } = stage;
    const logFrom = (await stage.broker.log()).length;
    const endurance = new Endurance(bridge);
    const [overHttp, overSockets] = [new Tally(), new Tally()];
    const watcher = await openLiveSocket(bridge.url);
    let published = 0;
    const sample = async (): Promise<void> => {
      await endurance.sample();
      expect((await post(`${gateway.url}/${name}`, String(published))).status).to.equal(200);
      published += 1;
    };

    const requests = await fuzz(httpCases([`/live/v1/${name}`]), {
      requests: totalRequests * 0.1,
      send: (one) => sendCase(bridge.port, one, { tally: overHttp, isDirect: true, echoesIds: false }),
      sizeOf,
      sample,
    });
    const frames = await fuzz(record({ handshake, frames: framesAbout(name) }), {
      requests: totalRequests * 0.2,
      send: (one) => speak(bridge.port, one, overSockets),
      sizeOf: ({ frames }) => frames.length,
      sample,
    });

    printFigures('bridge, HTTP', { seed, requests, ...overHttp.all });
    printFigures('bridge, WebSocket', { seed, frames, ...overSockets.all });
    endurance.verify();
    await verify(stage, logFrom);
    await until(() => watcher.received.length === published);
    expect(watcher.received).to.deep.equal(Array.from({ length: published }, (_none, n) => String(n)));
  });
});
