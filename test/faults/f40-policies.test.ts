import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Bus, openAmqpBus, type Outcome } from '@restmapper/bus';
import { silentLog, type Topology } from '@restmapper/core';
import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { connect } from 'amqplib';
import { expect } from 'chai';
import { after, before } from 'mocha';
import { type Broker, openBroker } from '../support/broker.ts';
import { printFigures } from '../support/figures.ts';
import { freePorts } from '../support/free-ports.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { createEvent } from './support/calls.ts';
import { openFolder, runCommand } from '../system/command.ts';

const count = sized({ short: 40, full: 400 });
const looks = sized({ short: 8, full: 40 });
const reject: Outcome = { kind: 'reject', reason: 'no' };

let broker: Broker;
let management: string;

interface Application {
  readonly queue: string;
  readonly topology: Topology;
  apply(): ReturnType<typeof runCommand>;
}

/** One endpoint with a queue of events. */
async function openApplication(): Promise<Application> {
  const prefix = `p${randomBytes(5).toString('hex')}`;
  const file = join(await openFolder(), 'endpoints.yaml');
  const yaml = `endpoints:\n  POST /${prefix}/: { fanout: true, body: true }\nworkers:\n  store: { on: POST /${prefix}/, use: append, table: message }\n`;
  await writeFile(file, yaml);
  const roles = ['BROKER_GATEWAY', 'BROKER_LIVE', 'BROKER_WORKER', 'DATABASE_OWNER', 'DATABASE_WORKER'];
  const passwords = Object.fromEntries(roles.map((role) => [`${role}_PASSWORD`, `secret of ${role}`]));
  return {
    queue: `/${prefix}/:POST`,
    topology: topologyOf(parseEndpoints(yaml, { file, directory: dirname(file) })),
    apply: () =>
      runCommand({
        args: ['topology', 'apply', '--prefix', prefix, '--file', file],
        env: { BROKER_ADMIN_URL: management, ...passwords },
      }),
  };
}

async function openBusOf({ topology }: Application): Promise<Bus> {
  const bus = openAmqpBus({ urls: [broker.url], topology, name: 'fault test', log: silentLog });
  use(bus, () => bus.close({ timeoutMs: 2_000 }));
  await until(() => bus.status.state === 'up');
  return bus;
}

/** Calls `set_policy` or `set_operator_policy`; the policy ends with the test. */
async function setPolicy(definition: object, { kind = 'policy', priority = 0 } = {}): Promise<void> {
  const name = `all-${randomBytes(4).toString('hex')}`;
  const options = ['--apply-to', 'queues', '--priority', String(priority)];
  await broker.rabbitmqctl(`set_${kind}`, ...options, name, '.*', JSON.stringify(definition));
  use(name, () => broker.rabbitmqctl(`clear_${kind}`, name));
}

/** Publishes messages and lets them be dead-lettered; resolves with the ids of the confirmed ones. */
async function kill(bus: Bus, { queue }: Application, ids: readonly string[]): Promise<readonly string[]> {
  const taken: string[] = [];
  for (const id of ids) {
    await bus.publish(queue, createEvent(id), { deadlineEpochMs: Date.now() + 10_000 }).then(
      () => taken.push(id),
      () => {},
    );
  }
  return taken;
}

async function look(bus: Bus, { queue }: Application): Promise<readonly string[]> {
  const ids: string[] = [];
  await bus.browseDeadLetters(queue, ({ headers }) => {
    ids.push(String(headers['x-id']));
    return 'keep';
  });
  return ids;
}

/** Resolves when the policies have destroyed a queue outside the application. */
async function untilPolicyStrikes(): Promise<void> {
  const model = use(await connect(broker.url), (model) => model.close());
  const queue = `other-${randomBytes(4).toString('hex')}`;
  const channel = await model.createChannel();
  await channel.assertQueue(queue, { arguments: { 'x-queue-type': 'quorum' } });
  const isGone = async (): Promise<boolean> =>
    !(await broker.rabbitmqctl('-q', 'list_queues', 'name')).split('\n').includes(queue);
  await until(isGone, { timeoutMs: 60_000 });
}

const ids = Array.from({ length: count }, (_none, index) => String(index));

describe("F40: an operator's policies for all queues", function () {
  this.timeout(faultTimeoutMs);

  before('start a broker with its management', async () => {
    const [port = 0] = await freePorts(1);
    broker = await openBroker({ managementPort: port });
    management = `http://guest:guest@127.0.0.1:${port}`;
  });

  after('end the broker', () => broker.close());

  it('drop no dead letter that is viewed, whatever their delivery limit', async () => {
    const application = await openApplication();
    await setPolicy({ 'delivery-limit': 3 });
    const bus = await openBusOf(application);
    const dying = bus.consume(application.queue, async (batch) => batch.map(() => reject), { batchSize: 1 });
    await kill(bus, application, ids);
    await until(async () =>
      (await bus.inspect()).some(({ kind, messages }) => kind === 'dead' && messages === count),
    );
    await dying.close();

    const seen: (readonly string[])[] = [];
    for (let each = 0; each < looks; each += 1) seen.push(await look(bus, application));

    printFigures('F40', { letters: count, looks, left: seen.at(-1)?.length ?? 0 });
    for (const letters of seen) expect(letters).to.deep.equal(ids);
  });

  it('make a full queue of dead letters refuse more, so that messages wait instead', async () => {
    const application = await openApplication();
    const bus = await openBusOf(application);
    const name = `full-${randomBytes(4).toString('hex')}`;
    const limit = async (length: number): Promise<void> => {
      const definition = JSON.stringify({ 'max-length': length });
      await broker.rabbitmqctl('set_policy', '--apply-to', 'queues', name, '.*', definition);
    };
    use(name, () => broker.rabbitmqctl('clear_policy', name));
    await limit(10);
    bus.consume(application.queue, async (batch) => batch.map(() => reject), { batchSize: 1 });

    const taken = await kill(bus, application, ids);

    const whileFull = await look(bus, application);
    await limit(10 * count);
    const died = await until(
      async () => {
        const letters = await look(bus, application);
        return letters.length >= taken.length ? letters : undefined;
      },
      { timeoutMs: 60_000 },
    );
    printFigures('F40', { taken: taken.length, 'dead while full': whileFull.length, dead: died.length });
    expect(taken.length).to.be.greaterThan(whileFull.length);
    expect(new Set(died)).to.deep.equal(new Set(taken));
  });

  it('do not affect the queues of a file whose topology was applied', async () => {
    const application = await openApplication();
    const { code, stderr } = await application.apply();
    await setPolicy({ 'message-ttl': 500, expires: 1500, 'max-length': 1, 'delivery-limit': 1 });
    const bus = await openBusOf(application);
    const dying = bus.consume(application.queue, async (batch) => batch.map(() => reject), { batchSize: 1 });

    const taken = await kill(bus, application, ids);
    await until(async () => (await look(bus, application)).length === count);
    await dying.close();
    await untilPolicyStrikes();

    expect({ code, stderr }).to.deep.equal({ code: 0, stderr: '' });
    expect(taken).to.deep.equal(ids);
    expect(await look(bus, application)).to.deep.equal(ids);
  });

  it('are reported by topology apply where they still apply', async () => {
    const application = await openApplication();
    await setPolicy({ 'message-ttl': 500 }, { priority: 2000 });
    await setPolicy({ 'max-length': 7 }, { kind: 'operator_policy' });

    const { code, stderr } = await application.apply();

    expect(code).to.equal(0);
    expect(stderr).to.match(/^warning: the policy all-\w+ and the operator policy all-\w+ /);
    expect(stderr)
      .to.contain('message-ttl 500')
      .and.contain('max-length 7')
      .and.match(/ applies to .* and \d+ more queues$/m);
  });
});
