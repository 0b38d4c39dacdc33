import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { type Bus, openAmqpBus } from '@restmapper/bus';
import { silentLog } from '@restmapper/core';
import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { amqpUrl, deleteTopology, withChannel } from '../../../test/support/amqp.ts';
import { openTcpProxy, type TcpProxy } from '../../../test/support/tcp-proxy.ts';
import { until } from '../../../test/support/until.ts';
import { use } from '../../../test/support/use.ts';
import type { LiveLimits } from '../src/index.ts';
import { openClient, openLive, publish } from './support/open-live.ts';
import { openSpeaker, type Speaker } from './support/open-speaker.ts';

/** An application of the test on the real broker. */
function createApplication() {
  const name = `live-${randomUUID()}`;
  const text = `endpoints:\n  POST /${name}/: { fanout: true, body: true, feed: ${name} }\n`;
  const model = parseEndpoints(text, { file: 'endpoints.yaml', directory: '/' });
  const topology = use(topologyOf(model), deleteTopology);
  const open = (url: string): Bus => {
    const bus = openAmqpBus({ urls: [url], topology, name: 'test', log: silentLog });
    return use(bus, () => bus.close({ timeoutMs: 2_000 }));
  };
  return {
    feed: name,
    openBus: (url = amqpUrl()) => open(url),
    serve: (bus: Bus, limits: Partial<LiveLimits> = {}) => openLive(bus, limits, { model }),
    publish: (bus: Bus, data: string) => until(() => publish(bus, data, `/${name}/`).then(() => true)),
  };
}

/** A proxy to the broker that can be closed. */
async function openBrokerProxy(): Promise<TcpProxy> {
  const { hostname, port } = new URL(amqpUrl());
  const proxy = await openTcpProxy({ host: hostname, port: Number(port || 5672) });
  return use(proxy, () => proxy.close());
}

function urlThrough({ port }: TcpProxy): string {
  const url = new URL(amqpUrl());
  url.hostname = '127.0.0.1';
  url.port = String(port);
  return url.href;
}

function positionOf(client: Speaker, feed: string): string {
  const { at } = client.said('p').at(-1) ?? {};
  return String((at as Record<string, string> | undefined)?.[feed]);
}

describe('liveupdate.v1.json over RabbitMQ', () => {
  it('resumes across a restart of the process, with messages published meanwhile, each once', async () => {
    const { feed, openBus, serve, publish } = createApplication();
    const bus = openBus();
    const server = await serve(bus);
    const first = await openSpeaker(server);
    await first.subscribe({ feed });
    for (let i = 0; i < 50; i += 1) await publish(bus, `${i}`);
    await until(() => first.offsets().length === 50);
    const since = positionOf(first, feed);

    await server.live.close({ timeoutMs: 100 });
    for (let i = 50; i < 80; i += 1) await publish(bus, `${i}`);
    const restarted = await serve(openBus());
    const second = await openSpeaker(restarted);
    const answer = await second.subscribe({ feed, since });
    await publish(bus, '80');

    await until(() => second.offsets().at(-1) === 80);
    expect(answer).to.include({ recovered: true, replay: 80 });
    expect(second.said('m').map(({ d }) => d)).to.deep.equal(Array.from({ length: 81 }, (_, i) => i));
    expect(second.said('gap')).to.deep.equal([]);
  });

  it('sends a client from another process the messages that both processes have', async () => {
    const { feed, openBus, serve, publish } = createApplication();
    const bus = openBus();
    const [one, other] = [await serve(openBus()), await serve(openBus())];
    const got: unknown[] = [];
    let since: string | undefined;

    for (let round = 0; round < 20; round += 1) {
      const client = await openSpeaker(round % 2 ? other : one);
      const answer = await client.subscribe({ feed, ...(since && { since }) });
      expect(answer).to.include({ recovered: true });
      await publish(bus, `${round}`);
      await until(() => client.said('m').at(-1)?.['d'] === round);
      got.push(...client.said('m').map(({ d }) => d));
      // The epoch is the last one announced; the offset that of the last message.
      const told = client.said('p').length > 0 ? positionOf(client, feed) : String(answer['at']);
      since = told.replace(/:.*/, `:${String(client.offsets().at(-1))}`);
      client.ws.terminate();
      await publish(bus, `"${round}+"`);
    }

    const expected = Array.from({ length: 20 }, (_, i) => (i === 0 ? [0] : [`${i - 1}+`, i])).flat();
    expect(got.map(String)).to.deep.equal(expected.map(String));
  });

  it('makes clients wait for a broker that is away, and then serves them from the ring', async () => {
    const { feed, openBus, serve, publish } = createApplication();
    const bus = openBus();
    for (let i = 0; i < 3; i += 1) await publish(bus, `${i}`);
    const proxy = await openBrokerProxy();
    proxy.refuse();
    const server = await serve(openBus(urlThrough(proxy)));

    const connecting = openSpeaker(server);
    proxy.heal();
    const client = await connecting;
    const answer = await client.subscribe({ feed, mode: 'tail:2' });

    await until(() => client.offsets().length === 2);
    expect(answer).to.include({ t: 'ok', replay: 2 });
    expect(client.offsets()).to.deep.equal([1, 2]);
  });

  it('tells clients to come back when the broker stays away', async () => {
    const { feed, openBus, serve } = createApplication();
    const proxy = await openBrokerProxy();
    proxy.refuse();
    const server = await serve(openBus(urlThrough(proxy)), { feedWaitMs: 500 });

    const [speaker, plain] = await Promise.all([openSpeaker(server), openClient(server)]);
    const answer = await speaker.subscribe({ feed });

    expect(answer).to.include({ t: 'err', code: 'UNAVAILABLE', retry: true });
    expect(await plain.closed).to.include({ code: 4006 });
  });

  it('notifies its clients of a recreated stream, and continues with the new one', async () => {
    const { feed, openBus, serve, publish } = createApplication();
    const bus = openBus();
    const server = await serve(openBus());
    const client = await openSpeaker(server);
    await client.subscribe({ feed });
    for (let i = 0; i < 5; i += 1) await publish(bus, `${i}`);
    await until(() => client.offsets().length === 5);
    const since = positionOf(client, feed);

    await withChannel((channel) => channel.deleteQueue(`feed:${feed}`));
    await publish(bus, '"new"');

    await until(() => client.said('m').at(-1)?.['d'] === 'new', { timeoutMs: 15_000 });
    expect(client.said('gap')).to.deep.equal([{ t: 'gap', f: feed, from: 0, to: -1, why: 'epoch' }]);
    expect(client.offsets().slice(4)).to.deep.equal([4, 0]);
    const late = await openSpeaker(server);
    expect(await late.subscribe({ feed, since })).to.include({ recovered: false });
    expect(late.said('gap')[0]).to.include({ why: 'epoch' });
  });
});
