import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import { after, before } from 'mocha';
import { withDatabase } from '../faults/support/application.ts';
import { openServers } from '../faults/support/servers.ts';
import { type Broker, openBroker } from '../support/broker.ts';
import { freePorts } from '../support/free-ports.ts';
import { openFolder, runCommand } from './command.ts';
import { as, refusalOf, sqlRefusalOf } from './refusals.ts';

let broker: Broker;
let management: string;
let unreachable: string;

/** The role of each password, and its prefix. */
const passwords = (salt: string) =>
  Object.fromEntries(
    ['BROKER_GATEWAY', 'BROKER_LIVE', 'BROKER_WORKER', 'DATABASE_OWNER', 'DATABASE_WORKER'].map((role) => [
      `${role}_PASSWORD`,
      `${salt} of ${role}`,
    ]),
  );

interface Application {
  readonly prefix: string;
  readonly databaseUrl: string;
  write(...paths: string[]): Promise<void>;
  run(args: readonly string[], env: Readonly<Record<string, string>>): ReturnType<typeof runCommand>;
}

async function openApplication(): Promise<Application> {
  const { postgres } = await openServers();
  const prefix = `p${randomBytes(5).toString('hex')}`;
  const file = join(await openFolder(), 'endpoints.yaml');
  return {
    prefix,
    databaseUrl: await postgres.createDatabase(),
    async write(...paths) {
      const endpoints = paths.map((path) => `  POST ${path}: { fanout: true, body: true }\n`).join('');
      const worker = `  store: { on: POST ${paths[0]}, use: append, table: message }\n`;
      await writeFile(file, `endpoints:\n${endpoints}workers:\n${worker}`);
    },
    run: (args, env) => runCommand({ args: [...args, '--file', file], env }),
  };
}

describe('the command topology apply', function () {
  this.timeout(90_000);

  before('start a broker with its management', async () => {
    const [port = 0, unused = 0] = await freePorts(2);
    broker = await openBroker({ managementPort: port });
    management = `http://guest:guest@127.0.0.1:${port}`;
    unreachable = `http://guest:guest@127.0.0.1:${unused}`;
  });

  after('end the broker', () => broker.close());

  it('grants each role its rights, and updates them when the file has changed', async () => {
    const { prefix, databaseUrl, write, run } = await openApplication();
    const [one, two] = [`/${prefix}/one/`, `/${prefix}/two/`];
    const admins = { BROKER_ADMIN_URL: `${unreachable},${management}`, DATABASE_ADMIN_URL: databaseUrl };
    const apply = (salt: string) =>
      run(['topology', 'apply', '--prefix', prefix], { ...admins, ...passwords(salt) });
    const gatewayWith = (salt: string) => as(broker.url, `${prefix}_gateway`, `${salt} of BROKER_GATEWAY`);
    const publishTo = (exchange: string, salt: string) =>
      refusalOf(gatewayWith(salt), async (channel) => channel.publish(exchange, '', Buffer.from('x')));

    await write(one);
    const first = await apply('first');
    const before = [await publishTo(`${one}:POST`, 'first'), await publishTo(`${two}:POST`, 'first')];
    await write(one, two);
    const second = await apply('second');

    expect([first.code, second.code], first.stderr + second.stderr).to.deep.equal([0, 0]);
    expect(before[0]).to.equal('');
    expect(before[1]).to.match(/ACCESS_REFUSED|NOT_FOUND/);
    expect(await publishTo(`${two}:POST`, 'second')).to.equal('');
    const taken = await refusalOf(gatewayWith('second'), (channel) => channel.get(`${one}:POST`));
    expect(taken).to.contain('ACCESS_REFUSED');
    const worker = as(databaseUrl, `${prefix}_worker`, 'any, as this server asks for none');
    expect(await sqlRefusalOf(worker, 'CREATE TABLE t (n integer)')).to.contain('permission denied');
    expect(first.stdout + first.stderr + second.stdout).not.to.contain(' of BROKER');
  });

  it('adopts objects that the superuser created before there were roles', async () => {
    const { prefix, databaseUrl, write, run } = await openApplication();
    const [owner, worker] = [`${prefix}_owner`, `${prefix}_worker`].map((role) => as(databaseUrl, role, ''));
    await write(`/${prefix}/`);
    await run(['migrate'], { DATABASE_URL: databaseUrl });
    await withDatabase(databaseUrl, (client) => client.query('CREATE TABLE note (n serial)'));
    const apply = (...more: string[]) =>
      run(['topology', 'apply', '--prefix', prefix, ...more], {
        DATABASE_ADMIN_URL: databaseUrl,
        ...passwords('any'),
      });

    await apply();
    const refused = await sqlRefusalOf(worker ?? '', 'SELECT FROM message');
    const adopted = [await apply('--adopt'), await apply('--adopt')];

    expect(refused).to.contain('permission denied');
    expect(
      adopted.map(({ code }) => code),
      adopted[0]?.stderr,
    ).to.deep.equal([0, 0]);
    const insert = `SELECT restmapper_append('message', ARRAY[gen_random_uuid()], '{}')`;
    expect(await sqlRefusalOf(worker ?? '', insert)).to.equal('');
    expect(await sqlRefusalOf(worker ?? '', 'INSERT INTO note DEFAULT VALUES')).to.equal('');
    expect(await sqlRefusalOf(worker ?? '', 'DROP TABLE note')).to.contain('must be owner');
    const change = 'ALTER TABLE note ADD t text; DROP FUNCTION restmapper_refused';
    expect(await sqlRefusalOf(owner ?? '', change)).to.equal('');
  });

  it('leaves what topology plan lists when an endpoint was renamed', async () => {
    const { prefix, write, run } = await openApplication();
    const [one, two] = [`/${prefix}/one/`, `/${prefix}/two/`];
    const env = { BROKER_ADMIN_URL: management, ...passwords('any') };
    const apply = () => run(['topology', 'apply', '--prefix', prefix], env);
    const mine = (text: string) => text.split('\n').filter((line) => line.includes(prefix));

    await write(one);
    await apply();
    const same = await run(['topology', 'plan'], env);
    await write(two);
    const renamed = await run(['topology', 'plan'], env);
    await apply();
    const applied = await run(['topology', 'plan'], env);

    const left = [`the exchange ${one}:POST`, `the queue ${one}:POST`, `the queue ${one}:POST.dead`];
    expect(mine(same.stdout), same.stderr).to.deep.equal([]);
    expect(mine(renamed.stdout)).to.include(
      `create: the exchange ${two}:POST does not exist yet; the first process that may declare it creates it`,
    );
    expect(mine(applied.stdout).map((line) => line.replace(/ is left over.*/, ''))).to.have.members(
      left.map((object) => `left over: ${object}`),
    );
  });

  it('explains its failure without revealing a secret', async () => {
    const { databaseUrl, write, run, prefix } = await openApplication();
    await write(`/${prefix}/`);
    const apply = (env: Readonly<Record<string, string>>) =>
      run(['topology', 'apply', '--prefix', prefix], env);
    const wrong = as(management, 'guest', 'hunter2');

    const unset = await apply(passwords('any'));
    const unnamed = await apply({ DATABASE_ADMIN_URL: databaseUrl });
    const refused = await apply({ BROKER_ADMIN_URL: wrong, ...passwords('any') });
    const unclear = await apply({ BROKER_ADMIN_URL: 'amqp://guest:hunter2@h', ...passwords('any') });

    expect([unset, unnamed, refused, unclear].map(({ code }) => code)).to.deep.equal([1, 1, 1, 1]);
    expect(unset.stderr).to.contain('BROKER_ADMIN_URL or DATABASE_ADMIN_URL');
    expect(unnamed.stderr).to.contain('DATABASE_OWNER_PASSWORD');
    expect(refused.stderr).to.contain('answers 401').and.contain('BROKER_REFUSED').and.not.contain('hunter2');
    expect(unclear.stderr).to.contain('must begin with http://').and.not.contain('hunter2');
  });
});
