import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'amqplib';
import type { Channel } from 'amqplib';
import { expect } from 'chai';
import { withDatabase } from '../faults/support/application.ts';
import { openServers, type Servers } from '../faults/support/servers.ts';
import { openEventSource } from '../support/event-source.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { post } from './calls.ts';
import { type Command, openCommand, openFolder, runCommand } from './command.ts';
import { as, refusalOf, sqlRefusalOf } from './refusals.ts';

interface Rig extends Servers {
  readonly name: string;
  readonly file: string;
  readonly databaseUrl: string;
  readonly amqpUrlOf: (role: string) => string;
  readonly databaseUrlOf: (role: string) => string;
  readonly open: (args: readonly string[], env: Readonly<Record<string, string>>) => Promise<Command>;
}

const yamlOf = (name: string): string => `endpoints:
  POST /${name}/: { fanout: true, body: true, feed: ${name} }
  GET /${name}/: { rpc: true, query: { properties: {} } }
workers:
  store: { on: POST /${name}/, use: append, table: message }
  read: { on: GET /${name}/, use: page, table: message }
`;

const passwordOf = (role: string): string => `password of ${role}`;

/** An application whose users have exactly the rights that the commands print. */
async function openRig(): Promise<Rig> {
  const servers = await openServers();
  const name = `p${randomBytes(5).toString('hex')}`;
  const folder = await openFolder();
  const file = join(folder, 'endpoints.yaml');
  await writeFile(file, yamlOf(name));
  const databaseUrl = await servers.postgres.createDatabase();
  await applyPrivileges({ ...servers, name, file, databaseUrl });
  return {
    ...servers,
    name,
    file,
    databaseUrl,
    amqpUrlOf: (role) => as(servers.broker.url, `${name}_${role}`, passwordOf(role)),
    databaseUrlOf: (role) => as(databaseUrl, `${name}_${role}`, passwordOf(role)),
    open: (args, env) => openCommand({ args: [...args, '--file', file], env: { LOG_LEVEL: 'warn', ...env } }),
  };
}

async function applyPrivileges({
  broker,
  name,
  file,
  databaseUrl,
}: Pick<Rig, 'broker' | 'name' | 'file' | 'databaseUrl'>): Promise<void> {
  const definitions = await runCommand({
    args: ['topology', 'definitions', '--file', file, '--prefix', name],
    env: {
      BROKER_GATEWAY_PASSWORD: passwordOf('gateway'),
      BROKER_LIVE_PASSWORD: passwordOf('live'),
      BROKER_WORKER_PASSWORD: passwordOf('worker'),
    },
  });
  const roles = await runCommand({
    args: ['topology', 'sql', '--prefix', name],
    env: {
      DATABASE_OWNER_PASSWORD: passwordOf('owner'),
      DATABASE_WORKER_PASSWORD: passwordOf('worker'),
    },
  });
  const json = `${file}.json`;
  await writeFile(json, definitions.stdout, { mode: 0o644 });
  await broker.rabbitmqctl('import_definitions', json);
  // Twice, as after a change of the file.
  await withDatabase(databaseUrl, (client) => client.query(roles.stdout));
  await withDatabase(databaseUrl, (client) => client.query(roles.stdout));
}

describe('the users that the command topology prints', function () {
  this.timeout(90_000);

  it('suffice for the whole system', async () => {
    const { name, open, file, amqpUrlOf, databaseUrlOf } = await openRig();
    const migrated = await runCommand({
      args: ['migrate', '--file', file],
      env: { DATABASE_URL: databaseUrlOf('owner') },
    });
    const [gateway, live] = await Promise.all([
      open(['serve'], { AMQP_URL: amqpUrlOf('gateway') }),
      open(['live'], { AMQP_URL: amqpUrlOf('live') }),
      open(['work'], { AMQP_URL: amqpUrlOf('worker'), DATABASE_URL: databaseUrlOf('worker') }),
    ]);
    const events = await openEventSource(`${live.url}/sse/v1/${name}`);

    const posted = await post(`${gateway.url}/${name}/`, '{"a":1}');
    await post(`${gateway.url}/${name}/`, String.raw`{"a":"\u0000"}`);
    const page = await until(async () => {
      const text = await (await fetch(`${gateway.url}/${name}/`)).text();
      return text.includes('"a"') && text;
    });
    await until(() => events.events.length >= 2);
    const letters = await until(async () => {
      const { stdout } = await runCommand({
        args: ['dlq', 'list', '--file', file],
        env: { AMQP_URL: amqpUrlOf('worker') },
      });
      return stdout.includes('22P05') && stdout;
    });

    expect(migrated.code).to.equal(0);
    expect(posted.status).to.equal(200);
    expect(page).to.contain('"messages":[{"a":1}]');
    expect(letters).to.contain('1 dead letter');
  });

  it('cannot do on the broker what only another role may', async () => {
    const { name, broker, amqpUrlOf } = await openRig();
    const [queue, calls] = [`/${name}/:POST`, `/${name}/:GET`];
    const refused: Record<string, string> = {};
    const [gateway, live] = [amqpUrlOf('gateway'), amqpUrlOf('live')];
    const attempts: Readonly<Record<string, readonly [string, (channel: Channel) => Promise<unknown>]>> = {
      'a gateway consumes events': [gateway, (channel) => channel.consume(queue, () => {})],
      'a gateway takes an event': [gateway, (channel) => channel.get(queue)],
      'a gateway consumes requests': [gateway, (channel) => channel.consume(calls, () => {})],
      'a gateway takes dead letters': [gateway, (channel) => channel.get(`${queue}.dead`)],
      'a gateway reads a feed': [
        gateway,
        async (channel) => {
          await channel.prefetch(1);
          await channel.consume(`feed:${name}`, () => {});
        },
      ],
      'a gateway purges a queue': [gateway, (channel) => channel.purgeQueue(queue)],
      'a gateway deletes a queue': [gateway, (channel) => channel.deleteQueue(queue)],
      'a gateway puts something into a queue': [
        gateway,
        async (channel) => channel.sendToQueue(queue, Buffer.from('x')),
      ],
      'a live bridge publishes': [live, async (channel) => channel.publish(queue, '', Buffer.from('x'))],
      'a live bridge answers': [live, async (channel) => channel.publish('RPC', 'x', Buffer.from('x'))],
      'a live bridge puts something into a queue': [
        live,
        async (channel) => channel.sendToQueue(queue, Buffer.from('x')),
      ],
      'a live bridge consumes events': [live, (channel) => channel.consume(queue, () => {})],
      'a live bridge deletes a feed': [live, (channel) => channel.deleteQueue(`feed:${name}`)],
    };

    for (const [what, [url, act]] of Object.entries(attempts)) refused[what] = await refusalOf(url, act);
    const allowed = await refusalOf(gateway, async (channel) => channel.publish(queue, '', Buffer.from('x')));

    for (const [what, refusal] of Object.entries(refused)) expect(refusal, what).to.contain('ACCESS_REFUSED');
    expect(allowed).to.equal('');
    const model = use(await connect(broker.url), (model) => model.close());
    const channel = await model.createChannel();
    await until(async () => (await channel.checkQueue(queue)).messageCount === 1);
  });

  it('cannot do in the database what only another role may', async () => {
    const { name, file, databaseUrl, databaseUrlOf } = await openRig();
    await runCommand({ args: ['migrate', '--file', file], env: { DATABASE_URL: databaseUrlOf('owner') } });
    const stranger = `${name}_stranger`;
    await withDatabase(databaseUrl, (client) => client.query(`CREATE ROLE ${stranger} LOGIN`));
    use(stranger, () => withDatabase(databaseUrl, (client) => client.query(`DROP ROLE ${stranger}`)));

    const worker = databaseUrlOf('worker');
    const refusals = [
      await sqlRefusalOf(worker, 'CREATE TABLE t (n integer)'),
      await sqlRefusalOf(worker, 'DROP TABLE message'),
      await sqlRefusalOf(worker, 'TRUNCATE message'),
      await sqlRefusalOf(worker, 'ALTER TABLE message DISABLE TRIGGER ALL'),
      await sqlRefusalOf(as(databaseUrl, stranger, 'x'), 'SELECT 1'),
    ];

    for (const refusal of refusals) expect(refusal).to.match(/permission denied|must be owner/);
    expect(await sqlRefusalOf(worker, 'SELECT FROM message')).to.equal('');
  });

  it('are not printed without their passwords, and passwords are never printed', async () => {
    const { file } = await openRig();
    const args = ['topology', 'definitions', '--file', file];
    const env = { BROKER_GATEWAY_PASSWORD: 'hunter2', BROKER_LIVE_PASSWORD: 'hunter2' };

    const missing = await runCommand({ args, env });
    const printed = await runCommand({ args, env: { ...env, BROKER_WORKER_PASSWORD: 'hunter2' } });

    expect(missing.code).to.equal(1);
    expect(missing.stderr).to.contain('BROKER_WORKER_PASSWORD').and.not.contain('hunter2');
    expect(printed.code).to.equal(0);
    expect(printed.stdout).to.contain('restmapper_gateway').and.not.contain('hunter2');
  });
});
