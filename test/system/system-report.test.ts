import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { amqpUrl, deleteTopology } from '../support/amqp.ts';
import { freePorts } from '../support/free-ports.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { post } from './calls.ts';
import { openCommand, openFolder } from './command.ts';

interface Report {
  readonly routes: readonly { readonly key: string }[];
  readonly processes: readonly {
    readonly role: string;
    readonly ready: boolean;
    readonly counters: Readonly<Record<string, number>>;
  }[];
  readonly unreachable: readonly { readonly peer: string; readonly why: string }[];
  readonly queues: readonly { readonly name: string; readonly kind: string; readonly messages: number }[];
}

async function reportOf(url: string): Promise<Report> {
  return (await fetch(`${url}/system/v1/`)).json() as Promise<Report>;
}

/** A file whose names on the broker are unique. */
async function openFile(path: string): Promise<string> {
  const file = join(await openFolder(), 'endpoints.yaml');
  await writeFile(
    file,
    `endpoints:\n  POST ${path}: { fanout: true, body: true }\n  GET ${path}: { rpc: true }\n`,
  );
  return file;
}

describe('the state of the system', function () {
  this.timeout(60_000);

  it('is what start reports about itself', async () => {
    const { url } = await openCommand({
      args: ['start', '--file', await openFile('/a')],
      cwd: await openFolder(),
    });

    await post(`${url}/api/v1/a`, '1');
    const report = await until(async () => {
      const report = await reportOf(url);
      return report.queues.some(({ messages }) => messages === 1) && report;
    });

    expect(report.routes.map(({ key }) => key)).to.deep.equal(['POST /a', 'GET /a']);
    expect(report.processes).to.have.length(1);
    expect(report.processes[0]).to.deep.include({
      role: 'start',
      ready: true,
      // No worker needs a database.
      embedded: ['bus'],
    });
    expect(report.processes[0]?.counters).to.include({ requests: 1, published: 1, liveConnections: 0 });
    expect(report.queues.map(({ name, kind }) => `${kind} ${name}`)).to.deep.equal([
      'work /a:POST',
      'dead /a:POST.dead',
      'rpc /a:GET',
    ]);
  });

  it('is what a gateway collects from its configured peers', async () => {
    const path = `/system-${randomUUID()}`;
    const file = await openFile(path);
    const names = [`${path}:POST`, `${path}:GET`].map((name) => ({ name }));
    use(names, () => deleteTopology({ exchanges: names, queues: names }));
    const AMQP_URL = amqpUrl();
    const live = await openCommand({ args: ['live', '--file', file], env: { AMQP_URL } });
    const alone = await openCommand({ args: ['serve', '--file', file], env: { AMQP_URL } });
    const [unused] = await freePorts(1);
    const PEERS = [live.adminUrl, alone.adminUrl, `http://127.0.0.1:${unused}`].join(',');
    const gateway = await openCommand({ args: ['serve', '--file', file], env: { AMQP_URL, PEERS } });

    const report = await reportOf(gateway.url);
    const unasked = await fetch(`${alone.url}/system/v1/`);

    expect(report.processes.map(({ role }) => role).sort()).to.deep.equal(['live', 'serve', 'serve']);
    expect(report.processes.every(({ ready }) => ready)).to.equal(true);
    expect(report.unreachable).to.deep.equal([
      { peer: `http://127.0.0.1:${unused}`, why: `connect ECONNREFUSED 127.0.0.1:${unused}` },
    ]);
    expect(report.queues.map(({ name }) => name)).to.include(`${path}:POST.dead`);
    expect([unasked.status, unasked.headers.get('content-type')]).to.deep.equal([
      404,
      'application/problem+json',
    ]);
    expect(JSON.stringify(report)).to.not.contain('amqp:');
  });
});
