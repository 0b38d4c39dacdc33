import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { expect } from 'chai';
import { after, before } from 'mocha';
import { type Broker, openBroker } from '../support/broker.ts';
import { freePorts } from '../support/free-ports.ts';
import { until } from '../support/until.ts';
import { openFolder, runCommand } from './command.ts';

let broker: Broker;
let management: string;

/** A file whose worker `engine` has queues as the keys say. */
const yamlOf = ({ source = '', worker = '' } = {}): string => `endpoints:
  POST /go:
    fanout: { ${source} }
    body: { type: object, required: [region], properties: { region: { enum: [eu, us] } } }
workers:
  engine: { on: POST /go, use: ./engine.js, database: false, queue: engine, ${worker} }
`;
const plain = yamlOf();
const ordered = (partitions: number) => yamlOf({ worker: `orderingKey: data.id, partitions: ${partitions}` });
const regions = yamlOf({ source: 'routingKey: data.region' });

/** A virtual host of the test's own, in which a file was applied. */
async function openRig(first: string) {
  const vhost = `d${randomBytes(5).toString('hex')}`;
  await broker.rabbitmqctl('add_vhost', vhost);
  await broker.rabbitmqctl('set_permissions', '--vhost', vhost, 'guest', '.*', '.*', '.*');
  const file = join(await openFolder(), 'endpoints.yaml');
  const url = new URL(broker.url);
  url.pathname = `/${vhost}`;
  const env = {
    AMQP_URL: url.href,
    BROKER_ADMIN_URL: management,
    ...Object.fromEntries(['GATEWAY', 'LIVE', 'WORKER'].map((role) => [`BROKER_${role}_PASSWORD`, role])),
  };
  await writeFile(file, first);
  const applied = await runCommand({
    args: ['topology', 'apply', '--prefix', vhost, '--vhost', vhost, file],
    env,
  });
  expect(applied.code, applied.stderr).to.equal(0);
  const inChannel = async <T>(work: (channel: Awaited<ReturnType<typeof openChannel>>) => Promise<T>) => {
    const model = await connect(url.href);
    try {
      return await work(await openChannel(model));
    } finally {
      await model.close();
    }
  };
  return {
    vhost,
    inChannel,
    /** What the plan of another file says, with the management API and without. */
    async plan(text: string) {
      await writeFile(file, text);
      const { BROKER_ADMIN_URL: _admin, ...ordinary } = env;
      const run = async (own: Readonly<Record<string, string>>) =>
        await runCommand({ args: ['topology', 'plan', file], env: own });
      return { managed: await run(env), ordinary: await run(ordinary) };
    },
    apply: async (text: string) => {
      await writeFile(file, text);
      await runCommand({ args: ['topology', 'apply', '--prefix', vhost, '--vhost', vhost, file], env });
    },
    /** Puts messages into queues, past the exchanges. */
    fill: (...queues: readonly string[]) =>
      inChannel(async (channel) => {
        for (const queue of queues) channel.sendToQueue(queue, Buffer.from('{}'), { persistent: true });
        await channel.waitForConfirms();
      }),
  };
}

function openChannel(model: Awaited<ReturnType<typeof connect>>) {
  return model.createConfirmChannel();
}

/** The lines of a plan that keep the file from being started. */
function unsafeIn({ stdout }: { readonly stdout: string }): readonly string[] {
  return stdout.split('\n').filter((line) => line.startsWith('unsafe: '));
}

describe('the command topology plan, when queues are divided in another way', function () {
  this.timeout(150_000);

  before('start a broker with its management', async () => {
    const [port = 0] = await freePorts(1);
    broker = await openBroker({ managementPort: port });
    management = `http://guest:guest@127.0.0.1:${port}`;
  });

  after('end the broker', () => broker.close());

  it('refuses fewer partitions, and more, while messages wait', async () => {
    const rig = await openRig(ordered(4));
    await rig.fill('engine#1', 'engine#3', 'engine#3');

    const fewer = await rig.plan(ordered(2));
    const more = await rig.plan(ordered(8));
    const same = await rig.plan(ordered(4));

    for (const plan of [fewer.managed, fewer.ordinary]) {
      expect(plan.code).to.equal(1);
      const [line, ...others] = unsafeIn(plan);
      expect(line).to.contain(
        '2 messages of engine wait where no worker of this file looks for them: engine#3 (2)',
      );
      expect(others).to.deep.equal([]);
      expect(plan.stdout).to.contain('of engine, without messages, from a file with other');
    }
    for (const plan of [more.managed, more.ordinary]) {
      expect(plan.code).to.equal(1);
      expect(unsafeIn(plan)[0]).to.contain('engine gets 8 partitions instead of 4 while 3 messages wait');
    }
    expect([same.managed.code, unsafeIn(same.managed).length]).to.deep.equal([0, 0]);
    expect([same.ordinary.code, unsafeIn(same.ordinary).length]).to.deep.equal([0, 0]);
  });

  it('prints the commands that end what fills an old queue, as they work', async () => {
    const rig = await openRig(plain);
    await rig.fill('engine');
    const { managed, ordinary } = await rig.plan(ordered(2));
    expect([managed.code, ordinary.code]).to.deep.equal([1, 1]);
    expect(unsafeIn(ordinary)).to.deep.equal(unsafeIn(managed));
    await rig.apply(ordered(2));

    await deleteAsTold(unsafeIn(managed)[0] ?? '');

    const counts = await rig.inChannel(async (channel) => {
      channel.publish('/go:POST', '', Buffer.from('{}'), { persistent: true });
      await channel.waitForConfirms();
      return [await channel.checkQueue('engine'), await channel.checkQueue('engine#0')];
    });
    expect(counts.map(({ messageCount }) => messageCount)).to.deep.equal([1, 1]);
  });

  it('does so for queues that are no longer divided, too', async () => {
    for (const [before, parts] of [
      [ordered(2), ['engine#0', 'engine#1']],
      [regions, ['engine@eu', 'engine@us']],
    ] as const) {
      const rig = await openRig(before);
      await rig.fill(...parts);
      const { managed } = await until(async () => {
        const plan = await rig.plan(plain);
        return unsafeIn(plan.managed)[0]?.includes('2 messages of engine wait') && plan;
      });
      await rig.apply(plain);

      await deleteAsTold(unsafeIn(managed)[0] ?? '');

      const counts = await rig.inChannel(async (channel) => {
        channel.publish('/go:POST', 'eu', Buffer.from('{}'), { persistent: true });
        await channel.waitForConfirms();
        return await Promise.all(['engine', ...parts].map((name) => channel.checkQueue(name)));
      });
      expect(counts.map(({ messageCount }) => messageCount)).to.deep.equal([1, 1, 1]);
    }
  });

  it('names a value that the file no longer has, with the management API', async () => {
    const rig = await openRig(regions);
    await rig.fill('engine@us');

    const { managed, ordinary } = await until(async () => {
      const plan = await rig.plan(regions.replace('[eu, us]', '[eu]'));
      return unsafeIn(plan.managed).length > 0 && plan;
    });

    expect(managed.code).to.equal(1);
    expect(unsafeIn(managed)[0]).to.contain('engine@us (1)').and.not.to.contain('curl');
    expect(ordinary.stdout).to.contain('note: without BROKER_ADMIN_URL');
  });
});

/** Sends the requests of the `curl` commands in a line. */
async function deleteAsTold(line: string): Promise<void> {
  const paths = [...line.matchAll(/curl --request DELETE "\$BROKER_ADMIN_URL([^"]+)"/g)].map(
    ([, path]) => path,
  );
  expect(paths).to.have.length.greaterThan(0);
  for (const path of paths) {
    const url = new URL(`${management}${path}`);
    const authorization = `Basic ${btoa(`${url.username}:${url.password}`)}`;
    [url.username, url.password] = ['', ''];
    const { status } = await fetch(url, { method: 'DELETE', headers: { authorization } });
    expect(status, url.href).to.equal(204);
  }
}
