import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Channel } from 'amqplib';
import { expect } from 'chai';
import { openPostgres } from '@restmapper/workers';
import { createTestDatabase } from '../../packages/workers/test/support/databases.ts';
import { amqpUrl, deleteTopology, openAmqp } from '../support/amqp.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { openCommand, openFolder, runCommand } from './command.ts';

const file = (name: string): string => `
inputs:
  usage-${name}:
    from: [{ exchange: ${name}.metering, bind: 'usage.#' }]
    id: id
    body: { type: object, required: [id] }
  orders-${name}: { from: [{ exchange: ${name}.legacy, match: { kind: order } }] }
  old-${name}: { queue: ${name}.old }
workers:
  usage: { on: usage-${name}, use: append, table: usage }
  others: { on: [orders-${name}, old-${name}], use: append, table: others }
`;

interface Rig {
  readonly name: string;
  readonly path: string;
}

async function openRig(): Promise<Rig> {
  const name = `in${randomBytes(5).toString('hex')}`;
  const path = join(await openFolder(), 'endpoints.yaml');
  await writeFile(path, file(name));
  return { name, path };
}

/** A channel of another application, whose exchanges and queues are removed with those of the file. */
async function openOther({ name }: Rig): Promise<Channel> {
  const connection = use(await openAmqp(), (model) => model.close());
  const channel = await connection.createChannel();
  const topology = topologyOf(parseEndpoints(file(name), { file: 'endpoints.yaml', directory: '/' }));
  use(topology, async () => {
    await deleteTopology(topology);
    await channel.deleteQueue(`${name}.old`);
    for (const exchange of ['metering', 'legacy']) await channel.deleteExchange(`${name}.${exchange}`);
  });
  return channel;
}

describe('inputs of a system', function () {
  this.timeout(120_000);

  it('are shared by two processes on RabbitMQ, and named while what they need is missing', async () => {
    const rig = await openRig();
    const { name, path } = rig;
    const channel = await openOther(rig);
    const database = use(await createTestDatabase(), ({ drop }) => drop());
    const env = { AMQP_URL: amqpUrl(), DATABASE_URL: database.url, LOG_LEVEL: 'error' };
    const processes = await Promise.all(
      [1, 2].map(() => openCommand({ args: ['work', '--file', path], env })),
    );
    const checks = async (): Promise<readonly Record<string, string>[]> =>
      await Promise.all(
        processes.map(async ({ adminUrl }) => {
          const response = await fetch(`${adminUrl}/readyz`);
          return ((await response.json()) as { readonly checks: Record<string, string> }).checks;
        }),
      );
    const missing = {
      [`input usage-${name} from ${name}.metering`]: `unavailable: the exchange ${name}.metering does not exist`,
      [`input orders-${name} from ${name}.legacy`]: `unavailable: the exchange ${name}.legacy does not exist`,
      [`input old-${name}`]: `unavailable: the queue ${name}.old does not exist`,
    };
    await until(async () =>
      (await checks()).every(
        (each) => Object.values(each).filter((state) => state.includes('does not exist')).length === 3,
      ),
    );

    for (const each of await checks()) expect(each).to.include(missing);
    const check = await runCommand({ args: ['check', '--live', '--role', 'work', path], env });
    expect(check.stderr + check.stdout).to.contain(
      `the exchange ${name}.metering of another application does not exist`,
    );
    expect(check.stderr + check.stdout).to.contain(
      `the queue ${name}.old of another application does not exist`,
    );
    const early = await runCommand({
      args: ['send', `usage-${name}`, 'usage.new', '--data', '{"id":0}', '--file', path],
      env,
    });
    expect(early).to.deep.include({ code: 1 });
    expect(early.stderr).to.contain(`the exchange ${name}.metering does not exist`);

    await channel.assertExchange(`${name}.metering`, 'topic');
    await channel.assertExchange(`${name}.legacy`, 'headers');
    await channel.assertQueue(`${name}.old`);
    await until(
      async () => (await checks()).every((each) => Object.values(each).every((state) => state === 'ok')),
      {
        timeoutMs: 40_000,
      },
    );
    for (let id = 0; id < 200; id++)
      channel.publish(`${name}.metering`, 'usage.a', Buffer.from(JSON.stringify({ id: id % 100 })));
    const send = async (...args: readonly string[]) =>
      await runCommand({ args: ['send', '--file', path, ...args], env });
    const [sent, unroutable, headers, queued] = [
      await send(`usage-${name}`, 'usage.b', '--data', '{"id":"last"}'),
      await send(`usage-${name}`, 'other', '--data', '{"id":"lost"}'),
      await send(`orders-${name}`, '--data', '{"by":"headers"}', '--header', 'more=1'),
      await send(`old-${name}`, '--data', '{"by":"queue"}', '--id', 'theirs'),
    ];

    expect(sent.stdout).to.match(/^sent \S+ to the exchange \S+\.metering with the key usage\.b\n$/);
    expect([sent.code, unroutable.code, headers.code, queued.code]).to.deep.equal([0, 1, 0, 0]);
    expect(unroutable.stderr).to.contain('no queue is bound');
    expect(queued.stdout).to.equal(`sent theirs to the queue ${name}.old\n`);
    const db = use(openPostgres({ url: database.url }), (db) => db.close());
    const count = async (table: string): Promise<number> => {
      const [row] = await db.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`);
      return row?.n ?? 0;
    };
    await until(async () => (await count('usage')) >= 101 && (await count('others')) === 2);
    await until(async () => (await channel.checkQueue(`input:usage-${name}`)).messageCount === 0);
    expect(await count('usage')).to.equal(101);
  });

  it('are fed by `send` in one process without a broker', async () => {
    const { name, path } = await openRig();
    const folder = await openFolder();
    const start = await openCommand({
      args: ['start', '--file', path],
      env: { DATA_DIR: folder, LOG_LEVEL: 'silent' },
    });
    const send = async (...args: readonly string[]) =>
      await runCommand({ args: ['send', '--file', path, '--url', start.url, ...args], env: {} });

    const sent = await send(`usage-${name}`, 'usage.new', '--data', '{"id":1}');
    const headers = await send(`orders-${name}`, '--data', '{}');
    const unmatched = await send(`orders-${name}`, '--data', '{}', '-H', 'kind=other');
    const queued = await send(`old-${name}`, '--data', 'no JSON');
    const keyless = await send(`usage-${name}`, '--data', '{"id":1}');
    const unknown = await send('usage', '--data', '{"id":1}');

    expect([sent.code, headers.code, unmatched.code, queued.code]).to.deep.equal([0, 0, 1, 0]);
    expect(sent.stdout).to.contain(`to the exchange ${name}.metering with the key usage.new`);
    expect(unmatched.stderr).to.contain('UNROUTABLE');
    expect(keyless).to.deep.include({ code: 1 });
    expect(keyless.stderr).to.contain('by the pattern usage.#: name a routing key that it matches');
    expect(unknown.stderr).to.contain('"usage" is not an input of this file; the file has');
    const letters = await until(async () => {
      const response = await fetch(`${start.url}/system/v1/dead-letters/`);
      const { queues } = (await response.json()) as {
        readonly queues: readonly { readonly queue: string }[];
      };
      return queues.length > 0 && queues;
    });
    expect(letters.map(({ queue }) => queue)).to.deep.equal([`input:old-${name}`]);
  });
});
