import type { Server } from 'node:http';
import { silentLog } from '@restmapper/core';
import { expect } from 'chai';
import { Counter, Registry } from 'prom-client';
import { use } from '../../../../test/support/use.ts';
import { createAdminServer } from '../../src/process/admin.ts';
import { checkHealth } from '../../src/process/healthcheck.ts';
import { closeServer, listen } from '../../src/http/http-server.ts';
import { ReadinessProbe } from '../../src/process/readiness.ts';
import type { ProcessStatus } from '../../src/process/process-status.ts';

const host = '127.0.0.1';

const itself: ProcessStatus = {
  id: 'host:7',
  role: 'serve',
  version: '1.2.3',
  startedAtMs: 1,
  ready: true,
  checks: {},
  memoryBytes: 2,
  embedded: [],
  counters: { requests: 3 },
};

interface Admin {
  readonly server: Server;
  readonly url: string;
  readonly port: number;
  readonly readiness: ReadinessProbe;
  readonly registry: Registry;
}

async function openAdmin(): Promise<Admin> {
  const readiness = new ReadinessProbe();
  const registry = new Registry();
  const status = async () => ({ ...itself, checks: (await readiness.read()).checks });
  const server = createAdminServer({ readiness, registry, status, log: silentLog });
  const port = await listen(server, { host, port: 0 });
  use(server, (server) => closeServer(server, 1_000));
  return { server, url: `http://${host}:${port}`, port, readiness, registry };
}

describe('the admin server', () => {
  it('is alive, whatever its parts say', async () => {
    const { url, readiness } = await openAdmin();
    readiness.add('bus', () => 'down');

    const response = await fetch(`${url}/livez`);

    expect(response.status).to.equal(200);
  });

  it('is ready when every part is', async () => {
    const { url, readiness } = await openAdmin();
    readiness.add('bus', () => undefined);

    const response = await fetch(`${url}/readyz`);

    expect(response.status).to.equal(200);
    expect(await response.json()).to.deep.equal({ ready: true, checks: { bus: 'ok' } });
  });

  it('names the part that is not ready, and the reason', async () => {
    const { url, readiness } = await openAdmin();
    readiness.add('bus', () => 'blocked: low on memory');
    readiness.add('database', () => Promise.resolve(undefined));

    const response = await fetch(`${url}/readyz`);

    expect(response.status).to.equal(503);
    expect(await response.json()).to.deep.equal({
      ready: false,
      checks: { bus: 'blocked: low on memory', database: 'ok' },
    });
  });

  it('is not ready while the process drains', async () => {
    const { url, readiness } = await openAdmin();
    readiness.drain();

    const response = await fetch(`${url}/readyz`);

    expect(response.status).to.equal(503);
    expect(await response.json()).to.deep.equal({ ready: false, checks: { process: 'draining' } });
  });

  it('exports the metrics of its registry', async () => {
    const { url, registry } = await openAdmin();
    new Counter({ name: 'things_total', help: 'Things', registers: [registry] }).inc(3);

    const response = await fetch(`${url}/metrics`);

    expect(await response.text()).to.contain('things_total 3');
    expect(response.headers.get('content-type')).to.contain('text/plain');
  });

  it('reports the status of the process', async () => {
    const { url, readiness } = await openAdmin();
    readiness.add('bus', () => 'down');

    const response = await fetch(`${url}/status`);

    expect(response.headers.get('cache-control')).to.equal('no-store');
    expect(await response.json()).to.deep.equal({ ...itself, checks: { bus: 'down' } });
  });

  it('serves nothing else', async () => {
    const { url } = await openAdmin();

    expect((await fetch(`${url}/`)).status).to.equal(404);
  });
});

describe('the health check', () => {
  it('passes when the process is ready, and reports what is wrong when it is not', async () => {
    const { port, readiness } = await openAdmin();

    await checkHealth({ host, adminPort: port });
    readiness.add('bus', () => 'down: refused');
    const failure = await checkHealth({ host, adminPort: port }).catch((error: unknown) => error);

    expect(String(failure)).to.contain('down: refused');
  });

  it('fails when the server does not respond', async () => {
    const { port, server } = await openAdmin();
    await closeServer(server, 1_000);

    const failure = await checkHealth({ host, adminPort: port }).catch((error: unknown) => error);

    expect(String(failure)).to.contain('does not respond');
  });
});
