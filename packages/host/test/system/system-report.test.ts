import { createServer } from 'node:http';
import { type Bus, openMemoryBus } from '@restmapper/bus';
import { RequestError, silentLog } from '@restmapper/core';
import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { expect } from 'chai';
import { Registry } from 'prom-client';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { closeServer, listen } from '../../src/http/http-server.ts';
import { ReadinessProbe } from '../../src/process/readiness.ts';
import { parseSettings } from '../../src/process/settings.ts';
import { createStatusReader, parseProcessStatus } from '../../src/process/process-status.ts';
import { roles } from '../../src/roles/roles.ts';
import { createDividedModel } from '../divided-model.ts';
import type { SystemGuard } from '../../src/system/system-guard.ts';
import { createSystemListener, type SystemListenerOptions } from '../../src/system/system-listener.ts';
import { createReporter, type SystemReport } from '../../src/system/system-report.ts';

const model = parseEndpoints(
  `endpoints:
  POST /a: { fanout: true, feed: f }
  GET /b: { rpc: true }
workers:
  w: { on: POST /a, use: ./w.ts }
`,
  { file: 'endpoints.yaml', directory: '/' },
);

const secretUrls = {
  AMQP_URL: 'amqp://user:hunter2@broker',
  DATABASE_URL: 'postgres://user:hunter2@host/name',
};

function statusReader(env: Record<string, string> = {}, readiness = new ReadinessProbe()) {
  const settings = parseSettings(env, { role: roles.start, readFile: () => '' });
  const registry = new Registry();
  return createStatusReader({ role: roles.start, settings, model, workers: undefined, readiness, registry });
}

function openBus(): Bus {
  return use(openMemoryBus({ topology: topologyOf(model) }), (bus) => bus.close());
}

describe('the status of a process', () => {
  it('has its name, its start and its components', async () => {
    const before = Date.now();

    const { id, role, version, startedAtMs, ready, checks, memoryBytes, embedded } = await statusReader()();

    expect(id).to.match(new RegExp(`^.+:${process.pid}$`));
    expect(version).to.match(/^\d+\.\d+\.\d+/);
    expect({ role, ready, checks, embedded }).to.deep.equal({
      role: 'start',
      ready: true,
      checks: {},
      embedded: ['bus', 'database'],
    });
    expect(startedAtMs).to.be.within(before, Date.now());
    expect(memoryBytes).to.be.above(1_000_000);
  });

  it('has the partitions of workers that keep an order, also when it is read by another process', async () => {
    const settings = parseSettings({}, { role: roles.start, readFile: () => '' });
    const facts = { role: roles.start, settings, model, workers: undefined };
    const shares = () => new Map([['engine', { active: 3, of: 8 }]]);
    const parts = { readiness: new ReadinessProbe(), registry: new Registry(), shares };

    const status = await createStatusReader({ ...facts, ...parts })();

    expect(status.partitions).to.deep.equal({ engine: { active: 3, of: 8 } });
    expect(parseProcessStatus(JSON.parse(JSON.stringify(status)))).to.deep.equal(status);
    expect(await statusReader()()).not.to.have.property('partitions');
  });

  it('omits the servers that it connects to', async () => {
    const status = await statusReader(secretUrls)();

    expect(status.embedded).to.deep.equal([]);
    expect(JSON.stringify(status)).to.not.match(/hunter2|broker|amqp|postgres/);
  });
});

describe('the report on the system', () => {
  it('lists routes, processes and queues', async () => {
    const bus = openBus();
    const report = await createReporter({ model, bus, status: statusReader(), peers: [] })();

    expect(report.at).to.be.closeTo(Date.now(), 2000);
    expect(report.routes).to.deep.equal([
      { key: 'POST /a', delivery: 'fanout', feed: 'f', workers: ['w'] },
      { key: 'GET /b', delivery: 'rpc', feed: undefined, workers: [] },
    ]);
    expect(report.processes.map(({ role }) => role)).to.deep.equal(['start']);
    expect(report.unreachable).to.deep.equal([]);
    expect(report.queues).to.deep.include({ name: '/a:POST.dead', kind: 'dead', messages: 0, consumers: 0 });
  });

  it('says of which queue another one is a part, dead letters included', async () => {
    const divided = createDividedModel();
    const bus = use(openMemoryBus({ topology: topologyOf(divided) }), (bus) => bus.close());

    const { queues } = await createReporter({ model: divided, bus, status: statusReader(), peers: [] })();

    const of = (wanted: string) => queues.find(({ name }) => name === wanted);
    expect(of('check@us#2')).to.include({ kind: 'work', partOf: 'check', value: 'us' });
    expect(of('check@us#2.dead')).to.include({ kind: 'dead', partOf: 'check.dead', value: 'us' });
    expect(of('/check:POST@.dead')).not.to.have.property('partOf');
    expect(of('orders')).not.to.have.property('partOf');
  });

  it('lists a process once, however many names it has, and names the peers that do not respond', async () => {
    const status = statusReader();
    const server = createServer((_request, response) => {
      void status().then((status) => response.end(JSON.stringify(status)));
    });
    use(server, () => closeServer(server, 0));
    const port = await listen(server, { host: '127.0.0.1', port: 0 });
    const peers = [`http://127.0.0.1:${port}`, `http://localhost:${port}`, 'http://127.0.0.1:1'];

    const report = await createReporter({ model, bus: openBus(), status, peers })();

    expect(report.processes).to.have.length(1);
    expect(report.unreachable.map(({ peer }) => peer)).to.deep.equal(['http://127.0.0.1:1']);
  });

  it('has no queues while the broker does not respond, and states the reason in the checks', async () => {
    const readiness = new ReadinessProbe();
    readiness.add('bus', () => 'down: closed');
    const bus = openBus();
    await bus.close();

    const report = await createReporter({ model, bus, status: statusReader({}, readiness), peers: [] })();

    expect(report.queues).to.deep.equal([]);
    expect(report.processes[0]).to.deep.include({ ready: false, checks: { bus: 'down: closed' } });
  });

  it('is made once for all callers within a second', async () => {
    const report = createReporter({ model, bus: openBus(), status: statusReader(), peers: [] });

    const [first, second] = await Promise.all([report(), report()]);

    expect(second).to.equal(first);
    expect(await report()).to.equal(first);
    await until(async () => (await report()) !== first);
  });
});

describe('/system/v1/', () => {
  const everyone: SystemGuard = async () => undefined;

  async function openSystem(
    report: () => Promise<SystemReport>,
    guard = everyone,
    files?: SystemListenerOptions['files'],
  ): Promise<string> {
    const options = { report, guard, log: silentLog, ...(files && { files }) };
    const server = createServer(createSystemListener(options));
    use(server, () => closeServer(server, 100));
    return `http://127.0.0.1:${await listen(server, { host: '127.0.0.1', port: 0 })}`;
  }

  it('returns the report, and is never cached', async () => {
    const report = createReporter({ model, bus: openBus(), status: statusReader(secretUrls), peers: [] });
    const url = await openSystem(report);

    const response = await fetch(`${url}/system/v1/?now`);

    expect(response.status).to.equal(200);
    expect(response.headers.get('content-type')).to.equal('application/json');
    expect(response.headers.get('cache-control')).to.equal('no-store');
    expect(response.headers.get('access-control-allow-origin')).to.equal(null);
    const text = await response.text();
    expect(text).to.equal(`${JSON.stringify(await report())}\n`);
    expect(text).to.not.contain('hunter2');
  });

  it("includes the state of the process's files, if it follows them", async () => {
    const report = createReporter({ model, bus: openBus(), status: statusReader(secretUrls), peers: [] });
    let files = { file: 'endpoints.yaml', valid: true };
    const url = await openSystem(report, everyone, () => files);
    const read = async () => ((await (await fetch(`${url}/system/v1/`)).json()) as SystemReport).files;

    const before = await read();
    files = { file: 'endpoints.yaml', valid: false };

    expect(before).to.deep.equal({ file: 'endpoints.yaml', valid: true });
    expect(await read()).to.deep.equal(files);
  });

  it('reads nothing for callers that the guard refuses', async () => {
    const url = await openSystem(
      () => Promise.reject(new Error('the files must not be read')),
      async () => {
        throw new RequestError(401, 'UNAUTHENTICATED', { headers: { 'www-authenticate': 'Bearer' } });
      },
    );

    const response = await fetch(`${url}/system/v1/`);

    expect(response.headers.get('www-authenticate')).to.equal('Bearer');
    expect(await response.json()).to.include({ status: 401, code: 'UNAUTHENTICATED' });
  });

  it('has nothing below it, and is read-only', async () => {
    const url = await openSystem(() => Promise.reject(new Error('the report must not be made')));

    expect((await fetch(`${url}/system/v1/queues`)).status).to.equal(404);
    expect((await fetch(`${url}/system/v1/`, { method: 'DELETE' })).status).to.equal(405);
  });

  it('hides the details of an internal failure', async () => {
    const url = await openSystem(() => Promise.reject(new Error('secret')));

    const response = await fetch(`${url}/system/v1/`);

    expect(response.status).to.equal(500);
    expect(await response.text()).to.not.contain('secret');
  });
});
