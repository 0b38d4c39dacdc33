import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Bus, openAmqpBus } from '@restmapper/bus';
import { createMessageId, silentLog } from '@restmapper/core';
import { type Model, topologyOf } from '@restmapper/endpoints';
import { openModel, type Role, roles } from '@restmapper/host';
import { expect } from 'chai';
import { type Servers, openServers } from '../faults/support/servers.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { openFolder, runCommand } from './command.ts';
import { as, refusalOf } from './refusals.ts';

const yamlOf = (name: string): string => `schemas:
  Check: { type: object, required: [region], properties: { region: { enum: [eu, us] }, key: { type: string } } }
endpoints:
  POST /${name}/check: { fanout: { routingKey: data.region }, body: { $ref: '#/schemas/Check' }, feed: ${name} }
  POST /${name}/ask: { rpc: { routingKey: data.region }, body: { $ref: '#/schemas/Check' } }
workers:
  checker: { on: POST /${name}/check, use: ./checker.js, orderingKey: data.key, partitions: 2, queue: ${name} }
  asker: { on: POST /${name}/ask, use: ./asker.js, orderingKey: data.key, partitions: 2 }
`;

const passwordOf = (role: string): string => `password of ${role}`;

interface Rig {
  readonly name: string;
  readonly file: string;
  readonly model: Model;
  readonly urlOf: (role: string) => string;
  /** Opens the bus of a role, as the user of that role. */
  readonly open: (role: Role, user: string) => Promise<Bus>;
}

async function openRig({ broker }: Servers): Promise<Rig> {
  const name = `d${randomBytes(5).toString('hex')}`;
  const file = join(await openFolder(), 'endpoints.yaml');
  await writeFile(file, yamlOf(name));
  const env = Object.fromEntries(
    ['gateway', 'live', 'worker'].map((role) => [`BROKER_${role.toUpperCase()}_PASSWORD`, passwordOf(role)]),
  );
  const { stdout } = await runCommand({
    args: ['topology', 'definitions', '--file', file, '--prefix', name],
    env,
  });
  await writeFile(`${file}.json`, stdout, { mode: 0o644 });
  await broker.rabbitmqctl('import_definitions', `${file}.json`);
  const model = openModel(file, {});
  const urlOf = (role: string): string => as(broker.url, `${name}_${role}`, passwordOf(role));
  return {
    name,
    file,
    model,
    urlOf,
    open: async (role, user) => {
      const options = { topology: topologyOf(model), use: role.use(model), name: role.name, log: silentLog };
      const bus = openAmqpBus({ urls: [urlOf(user)], ...options });
      use(bus, () => bus.close({ timeoutMs: 2000 }));
      await until(() => bus.status.state === 'up');
      return bus;
    },
  };
}

async function publish(bus: Bus, exchange: string, routingKey: string): Promise<void> {
  const message = { messageId: createMessageId(), type: 'test', timestampMs: Date.now(), headers: {} };
  const body = Buffer.from('{"data":{}}');
  await bus.publish(exchange, { ...message, body }, { routingKey, deadlineEpochMs: Date.now() + 5000 });
}

describe('the users of a file whose queues are divided', function () {
  this.timeout(90_000);

  it('can do the work of their roles, with all of its queues', async () => {
    const rig = await openRig(await openServers());
    const { name, file, urlOf } = rig;
    const [gateway, live, worker] = [
      await rig.open(roles.serve, 'gateway'),
      await rig.open(roles.live, 'live'),
      await rig.open(roles.work, 'worker'),
    ];
    const received: string[] = [];
    const { queues } = roles.work.use(rig.model);
    const subscription = worker.consume(queues, async (batch) => {
      received.push(...batch.map(({ queue }) => queue));
      return batch.map(() => ({ kind: 'ack' }));
    });
    await subscription.ready;
    const followed: string[] = [];
    live.follow(`feed:${name}`, ({ messageId }) => followed.push(messageId), { from: 'first' });

    await publish(gateway, `/${name}/check:POST`, 'eu');
    await publish(gateway, `/${name}/check:POST`, 'asia');

    await until(() => received.length === 1 && followed.length === 2);
    expect(received).to.deep.equal([`${name}@eu#0`]);
    expect([gateway, live, worker].flatMap(({ unavailable }) => unavailable)).to.deep.equal([]);
    const dlq = (...args: string[]) =>
      runCommand({ args: ['dlq', ...args, '--file', file], env: { AMQP_URL: urlOf('worker') } });
    const list = await dlq('list');
    const replayed = await dlq('replay', `/${name}/check:POST@.dead`);
    const again = await dlq('show', `POST /${name}/check`);
    expect(list.stdout).to.contain('no queue has the routing key "asia"');
    expect(replayed.stdout).to.equal(`replayed 1 dead letter to /${name}/check:POST@\n`);
    expect(replayed.stderr).to.contain('is a dead letter again').and.to.contain('"asia"');
    expect(again.stdout).to.contain('routing    asia');
  });

  it('cannot read or fill them in other roles', async () => {
    const { name, urlOf } = await openRig(await openServers());
    const [gateway, live] = [urlOf('gateway'), urlOf('live')];
    const [hub, queue] = [`/${name}/check:POST@`, `${name}@eu#0`];
    const body = Buffer.from('x');

    const refusals = {
      'a gateway consumes': await refusalOf(gateway, (channel) => channel.consume(queue, () => {})),
      'a gateway consumes requests': await refusalOf(gateway, (channel) =>
        channel.consume(`/${name}/ask:POST@eu#0`, () => {}),
      ),
      'a gateway puts something into a queue': await refusalOf(gateway, async (channel) =>
        channel.sendToQueue(queue, body),
      ),
      'a gateway puts a request into a queue': await refusalOf(gateway, async (channel) =>
        channel.sendToQueue(`/${name}/ask:POST@eu#0`, body),
      ),
      'a gateway goes round the source': await refusalOf(gateway, async (channel) =>
        channel.publish(hub, 'eu', body),
      ),
      'a live bridge goes round the source': await refusalOf(live, async (channel) =>
        channel.publish(hub, 'eu', body),
      ),
      'a live bridge reads dead letters': await refusalOf(live, (channel) => channel.get(`${hub}.dead`)),
    };

    for (const [what, refusal] of Object.entries(refusals))
      expect(refusal, what).to.contain('ACCESS_REFUSED');
  });
});
