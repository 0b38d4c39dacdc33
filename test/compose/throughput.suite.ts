import { once } from 'node:events';
import { expect } from 'chai';
import { before } from 'mocha';
import { WebSocket } from 'ws';
import { until } from '../support/until.ts';
import { postMany } from '../system/calls.ts';
import { type Compose, deployedPort, findDeployed, linesOf } from './compose.ts';
import { sql } from './under-load.ts';

const url = `http://127.0.0.1:${deployedPort}`;
const jobs = 400;
const watchers = 200;
const messages = 500;

let compose: Compose;

async function scale(service: string, count: number): Promise<void> {
  const replicas = `${service}=${count}`;
  await compose.run('up', '--detach', '--no-build', '--no-recreate', '--scale', replicas, service);
}

/** The number of consumers of the queue. */
async function consumers(queue: string): Promise<number> {
  const list = ['rabbitmqctl', '--quiet', '--no-table-headers', 'list_queues', 'name', 'consumers'];
  const lines = linesOf(await compose.run('exec', '-T', 'rabbitmq', ...list));
  return Number(lines.find((line) => line.startsWith(`${queue}\t`))?.split('\t')[1]);
}

async function postAll(path: string, count: number): Promise<number> {
  const beganMs = performance.now();
  const outcomes = await postMany({ urls: [`${url}/api/v1${path}`], count });
  expect([...outcomes.keys()]).to.deep.equal([200]);
  return Math.round((count * 1_000) / (performance.now() - beganMs));
}

/** Jobs a second with all workers busy: near both ends, some have not started or find no more jobs. */
async function jobsPerSecond(workers: number): Promise<number> {
  await scale('jobs', workers);
  await until(async () => (await consumers('/jobs/:POST')) === workers, { timeoutMs: 120_000, everyMs: 500 });
  await sql(compose, 'truncate job');
  await postAll('/jobs/', jobs);
  const [first, last] = [jobs / 10, jobs - jobs / 10];
  const query = `
    select count(*), count(distinct message_id),
      extract(epoch from max(done) filter (where place = ${last}) - max(done) filter (where place = ${first}))
    from (select *, row_number() over (order by done) as place from job) as placed`;
  const row = await until(
    async () => {
      const [count = 0, distinct = 0, seconds = 0] =
        (await sql(compose, query))[0]?.split('|').map(Number) ?? [];
      return count >= jobs && { count, distinct, seconds };
    },
    { timeoutMs: 120_000, everyMs: 500 },
  );
  expect(row).to.include({ count: jobs, distinct: jobs });
  return (last - first) / row.seconds;
}

/** The number of ready processes of a role. */
async function ready(role: string): Promise<number> {
  const report = (await (await fetch(`${url}/system/v1/`)).json()) as {
    readonly processes: readonly { readonly role: string; readonly ready: boolean }[];
  };
  return report.processes.filter((process) => process.role === role && process.ready).length;
}

/** Messages a second that all sockets together receive. */
async function deliveriesPerSecond(): Promise<number> {
  let received = 0;
  const sockets = Array.from({ length: watchers }, () =>
    new WebSocket(`${url.replace('http', 'ws')}/ws/v1/`).on('message', () => (received += 1)),
  );
  await Promise.all(sockets.map((socket) => once(socket, 'open')));
  const beganMs = performance.now();
  await postAll('/messages/', messages);
  await until(() => received === watchers * messages, { timeoutMs: 60_000 });
  const seconds = (performance.now() - beganMs) / 1_000;
  for (const socket of sockets) socket.terminate();
  return Math.round(received / seconds);
}

describe('more replicas', () => {
  before('deploy', async () => {
    compose = await findDeployed();
    await compose.run('up', '--detach', '--no-build');
    await until(async () => (await fetch(`${url}/api/v1/openapi.json`)).ok, {
      timeoutMs: 60_000,
      everyMs: 100,
    });
    await sql(
      compose,
      `set role restmapper_owner;
       create table job (message_id uuid not null, done timestamptz not null default clock_timestamp())`,
    );
  });

  it('let four workers do at least 3.8 times as many slow jobs as one', async () => {
    const one = await jobsPerSecond(1);
    const four = await jobsPerSecond(4);

    console.log(
      `      ${one.toFixed(1)} jobs/s with one worker, ${four.toFixed(1)} with four: × ${(four / one).toFixed(2)}`,
    );
    expect(four / one).to.be.at.least(3.8);
  });

  // The gain depends on the cores that the broker, the database and the callers leave.
  it('answer and stream through two gateways and two bridges as through one', async () => {
    const calls = [await postAll('/messages/', 4_000)];
    const deliveries = [await deliveriesPerSecond()];
    await scale('restmapper', 2);
    await scale('liveupdate', 2);
    await until(async () => (await ready('serve')) === 2 && (await ready('live')) === 2, {
      timeoutMs: 60_000,
      everyMs: 500,
    });
    calls.push(await postAll('/messages/', 4_000));
    deliveries.push(await deliveriesPerSecond());

    console.log(`      POSTs/s with one and two gateways: ${calls.join(', ')}`);
    console.log(`      deliveries/s with one and two bridges: ${deliveries.join(', ')}`);
    for (const rate of [...calls, ...deliveries]) expect(rate).to.be.above(0);
  });
});
