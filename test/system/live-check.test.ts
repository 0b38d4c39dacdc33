import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { expect } from 'chai';
import { after, before } from 'mocha';
import { openServers } from '../faults/support/servers.ts';
import { type Broker, openBroker } from '../support/broker.ts';
import { freePorts } from '../support/free-ports.ts';
import { until } from '../support/until.ts';
import { openFolder, runCommand } from './command.ts';
import { as } from './refusals.ts';

let broker: Broker;
let management: string;

const passwords = Object.fromEntries(
  ['BROKER_GATEWAY', 'BROKER_LIVE', 'BROKER_WORKER'].map((role) => [`${role}_PASSWORD`, `of ${role}`]),
);

interface Rig {
  readonly file: string;
  readonly prefix: string;
  /** The URL of the virtual host, for a user. */
  readonly amqpUrl: (user?: string, password?: string) => string;
  readonly env: Readonly<Record<string, string>>;
  write(text: string): Promise<void>;
  run(args: readonly string[], env?: Readonly<Record<string, string>>): ReturnType<typeof runCommand>;
}

const yaml = `endpoints:
  POST /orders/: { fanout: true, feed: orders }
  GET /orders/: { rpc: true }
workers:
  store: { on: POST /orders/, use: append, table: orders }
  list: { on: GET /orders/, use: page, table: orders }
`;

/** A file, a virtual host and a database of the test's own. */
async function openRig(): Promise<Rig> {
  const { postgres } = await openServers();
  const prefix = `p${randomBytes(5).toString('hex')}`;
  await broker.rabbitmqctl('add_vhost', prefix);
  await broker.rabbitmqctl('set_permissions', '--vhost', prefix, 'guest', '.*', '.*', '.*');
  const file = join(await openFolder(), 'endpoints.yaml');
  await writeFile(file, yaml);
  const amqpUrl = (user = 'guest', password = 'guest') => {
    const url = new URL(as(broker.url, user, password));
    url.pathname = `/${prefix}`;
    return url.href;
  };
  const env = {
    AMQP_URL: amqpUrl(),
    BROKER_ADMIN_URL: management,
    DATABASE_URL: await postgres.createDatabase(),
  };
  return {
    file,
    prefix,
    amqpUrl,
    env,
    write: (text) => writeFile(file, text),
    run: (args, own = env) => runCommand({ args: [...args, file], env: { ...own, ...passwords } }),
  };
}

/** Creates what the file names, on both servers. */
async function apply({ run, prefix }: Rig): Promise<void> {
  const applied = await run(['topology', 'apply', '--prefix', prefix, '--vhost', prefix]);
  expect(applied.code, applied.stderr).to.equal(0);
  const migrated = await run(['migrate']);
  expect(migrated.code, migrated.stderr).to.equal(0);
}

interface Problem {
  readonly severity: string;
  readonly code?: string;
  readonly message: string;
  readonly line?: number;
}

function problemsOf(stdout: string): readonly Problem[] {
  return (JSON.parse(stdout) as { readonly problems: readonly Problem[] }).problems;
}

describe('the commands topology plan and check --live', function () {
  this.timeout(90_000);

  before('start a broker with its management', async () => {
    const [port = 0] = await freePorts(1);
    broker = await openBroker({ managementPort: port });
    management = `http://guest:guest@127.0.0.1:${port}`;
  });

  after('end the broker', () => broker.close());

  it('plan what a first start creates, and later what is left over, and change nothing', async () => {
    const rig = await openRig();

    const first = await rig.run(['topology', 'plan']);
    const detailed = await rig.run(['topology', 'plan', '--detailed-exitcode']);
    await apply(rig);
    const last = await rig.run(['topology', 'plan', '--detailed-exitcode']);

    expect([first.code, detailed.code, last.code]).to.deep.equal([0, 3, 0]);
    expect(first.stdout).to.contain('create: the exchange /orders/:POST does not exist yet');
    expect(first.stdout).to.contain('create: the queue feed:orders does not exist yet');
    expect(first.stdout).to.contain('create: the migration 001_append.sql is not applied');
    expect(first.stdout).to.contain('create: worker store: the table orders does not exist');
    expect(detailed.stdout).to.equal(first.stdout);
    expect(last.stdout).to.equal('nothing to do\n');

    const queues = () => broker.rabbitmqctl('list_queues', '--vhost', rig.prefix, 'name', 'messages');
    const model = await connect(rig.amqpUrl());
    const channel = await model.createConfirmChannel();
    channel.sendToQueue('/orders/:POST', Buffer.from('{}'), { persistent: true });
    await channel.waitForConfirms();
    await model.close();
    await rig.write(
      yaml.replaceAll('/orders/', '/purchases/').replaceAll('table: orders', 'table: purchases'),
    );

    await until(async () => (await queues()).includes('/orders/:POST\t1'));
    const before = await queues();
    const { code, stdout } = await rig.run(['topology', 'plan', '--json']);
    await rig.run(['check', '--live', '--no-load']);

    const { possible, steps } = JSON.parse(stdout);
    const left = steps.filter(({ action }: { action: string }) => action === 'left over');
    expect([code, possible]).to.deep.equal([0, true]);
    expect(left.map(({ object }: { object: { name: string } }) => object.name)).to.include.members([
      '/orders/:POST',
      '/orders/:POST.dead',
      '/orders/:GET',
      'orders',
    ]);
    const queue = left.find(
      ({ object }: { object: { kind: string; name: string } }) =>
        object.kind === 'queue' && object.name === '/orders/:POST',
    );
    expect(queue.message).to.match(/it held (?:1 message|no message) at the last count/);
    expect(await queues()).to.deep.equal(before);
  });

  it('name every argument that differs, with both values, and what to do', async () => {
    const rig = await openRig();
    const model = await connect(rig.amqpUrl());
    const channel = await model.createChannel();
    await channel.assertQueue('/orders/:GET', {
      arguments: { 'x-queue-type': 'classic', 'x-max-length': 9 },
    });
    await channel.assertExchange('/orders/:POST', 'direct');
    await model.close();

    const known = await rig.run(['topology', 'plan']);
    const { BROKER_ADMIN_URL: _admin, ...ordinary } = rig.env;
    const plain = await rig.run(['topology', 'plan'], ordinary);

    expect([known.code, plain.code]).to.deep.equal([1, 1]);
    const queue =
      "impossible: the queue /orders/:GET differs (PRECONDITION_FAILED): x-max-length is 9, and should be not set; it held no message at the last count: `rabbitmqctl delete_queue '/orders/:GET'`, and a process declares it again";
    expect(known.stdout).to.contain(queue);
    expect(known.stdout).to.contain('type is "direct", and should be "fanout"');
    expect(plain.stdout).to.contain('x-max-length is "9", and should be not set');
    expect(plain.stdout).to.contain('note: without BROKER_ADMIN_URL');
  });

  it('report queues without a worker, in each format, and the rights that a user lacks', async () => {
    const rig = await openRig();
    await apply(rig);

    const text = await rig.run(['check', '--live']);
    const json = await rig.run(['check', '--live', '--json']);
    const sarif = await rig.run(['check', '--live', '--sarif']);

    expect([text.code, json.code, sarif.code]).to.deep.equal([0, 0, 0]);
    expect(text.stdout).to.contain(`warning: ${rig.file}:5:10 no worker consumes the queue /orders/:POST`);
    const found = problemsOf(json.stdout).filter(({ code }) => code === 'LIVE_UNCONSUMED');
    expect(found.map(({ severity, line }) => [severity, line])).to.deep.equal([
      ['warning', 5],
      ['warning', 6],
    ]);
    const [run] = JSON.parse(sarif.stdout).runs;
    const levels = run.results.filter(({ ruleId }: { ruleId: string }) => ruleId === 'LIVE_UNCONSUMED');
    expect(levels.map(({ level }: { level: string }) => level)).to.deep.equal(['warning', 'warning']);

    const rightsOf = async (user: string, role: string) => {
      const url = rig.amqpUrl(`${rig.prefix}_${user}`, `of BROKER_${user.toUpperCase()}`);
      const checked = await rig.run(['check', '--live', '--json', '--role', role], {
        AMQP_URL: url,
        DATABASE_URL: rig.env['DATABASE_URL'] ?? '',
      });
      const missing = problemsOf(checked.stdout).filter(({ code }) => code === 'LIVE_RIGHT_MISSING');
      return { code: checked.code, missing: missing.map(({ message }) => message) };
    };

    expect(await rightsOf('gateway', 'serve')).to.deep.equal({ code: 0, missing: [] });
    expect(await rightsOf('live', 'live')).to.deep.equal({ code: 0, missing: [] });
    expect(await rightsOf('worker', 'work')).to.deep.equal({ code: 0, missing: [] });
    const gateway = await rightsOf('gateway', 'live');
    const live = await rightsOf('live', 'serve');
    expect([gateway.code, live.code]).to.deep.equal([1, 1]);
    expect(gateway.missing).to.have.length(1);
    expect(gateway.missing[0]).to.contain('lacks the right `read` on the queue feed:orders');
    expect(live.missing).to.have.length(2);
    expect(live.missing[0]).to.contain('lacks the right `write` on the exchange /orders/:POST');
    expect((await rightsOf('gateway', 'work')).missing.length).to.be.greaterThan(1);
  });

  it('explain why a server cannot be queried, within ten seconds', async () => {
    const rig = await openRig();
    const startMs = performance.now();
    const failing = {
      AMQP_URL: rig.amqpUrl('guest', 'wrong'),
      BROKER_ADMIN_URL: 'http://guest:guest@127.0.0.1:9',
      DATABASE_URL: 'postgres://user@127.0.0.1:9/none',
    };

    const plan = await rig.run(['topology', 'plan'], failing);
    const checked = await rig.run(['check', '--live'], failing);

    expect(performance.now() - startMs).to.be.lessThan(20_000);
    expect([plan.code, checked.code]).to.deep.equal([1, 1]);
    for (const { stdout } of [plan, checked]) {
      expect(stdout).to.match(/refused this user or password .*; check AMQP_URL$/m);
      expect(stdout).to.match(/; check BROKER_ADMIN_URL$/m);
      expect(stdout).to.match(/the database cannot be used: .*ECONNREFUSED.*; check DATABASE_URL$/m);
    }
  });

  it('have nothing to compare with when everything is embedded', async () => {
    const rig = await openRig();

    const plan = await rig.run(['topology', 'plan'], {});
    const checked = await rig.run(['check', '--live'], {});

    expect([plan.code, checked.code]).to.deep.equal([0, 0]);
    expect(plan.stdout).to.match(/there is no broker to compare with[^]*nothing to compare with\n$/);
    expect(checked.stdout).to.contain('there is no database to compare with');
  });
});
