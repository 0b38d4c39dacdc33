import { randomUUID } from 'node:crypto';
import { type Bus, BusError, openAmqpBus, planTopology } from '@restmapper/bus';
import { silentLog, type Topology, type TopologyUse } from '@restmapper/core';
import { type ChannelModel, connect } from 'amqplib';
import { expect } from 'chai';
import { after, before } from 'mocha';
import { type Broker, openBroker } from '../../../../test/support/broker.ts';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import type { BrokerRights } from '../../src/process/privileges.ts';
import { foreignRights } from '../../src/privileges/foreign-rights.ts';

const topology: Topology = {
  exchanges: [],
  queues: [
    { kind: 'work', name: 'usage', deliveryLimit: 20 },
    { kind: 'work', name: 'other', deliveryLimit: 20 },
  ],
  bindings: [],
  foreign: {
    exchanges: ['theirs', 'outbox', 'unused'],
    replies: [{ queue: 'asked', exchange: 'answers' }],
    queues: ['asked', 'unasked'],
    bindings: [
      { exchange: 'theirs', queue: 'usage', routingKey: '#' },
      { exchange: 'unused', queue: 'other', routingKey: '#' },
    ],
  },
};
const used: TopologyUse = { exchanges: ['outbox'], queues: ['usage'], requested: ['asked'] };
const rights = foreignRights(topology, used);

describe('the permissions on exchanges of others', () => {
  let broker: Broker;
  let answering: ChannelModel | undefined;

  before('start a broker with our exchanges and those of others', async function () {
    this.timeout(60_000);
    broker = await openBroker();
    const model = await connect(broker.url);
    const channel = await model.createChannel();
    for (const name of topology.foreign?.exchanges ?? []) await channel.assertExchange(name, 'topic');
    await channel.assertExchange('answers', 'direct');
    await channel.assertQueue('asked');
    await channel.consume('asked', (message) => {
      const { replyTo, correlationId } = (message?.properties ?? {}) as Record<string, string>;
      const answer = { correlationId: correlationId ?? '' };
      channel.publish('answers', replyTo ?? '', Buffer.from('{}'), answer);
    });
    await channel.assertQueue('sent');
    await channel.bindQueue('sent', 'outbox', '#');
    answering = model;
  });

  after('end the broker', async () => {
    await answering?.close();
    await broker.close();
  });

  /** Opens a bus as a user with these permissions on foreign objects, who may read and declare all others. */
  async function openAs({ write, read }: Pick<BrokerRights, 'write' | 'read'>): Promise<Bus> {
    const { exchanges, queues } = planTopology(topology);
    const own = [...exchanges, ...queues].map(({ name }) => name);
    const name = `user-${randomUUID()}`;
    const any = (names: readonly string[]) => `^(amq\\.gen.*|${names.join('|')})$`;
    await broker.rabbitmqctl('add_user', name, 'secret');
    const bindable = own.filter((queue) => queue !== 'usage');
    await broker.rabbitmqctl(
      'set_permissions',
      name,
      any(own),
      any([...bindable, ...write]),
      any([...own, ...read]),
    );
    const url = Object.assign(new URL(broker.url), { username: name, password: 'secret' }).href;
    const bus = openAmqpBus({ urls: [url], topology, use: used, name: 'test', log: silentLog });
    use(bus, (bus) => bus.close({ timeoutMs: 1000 }));
    await until(() => bus.status.state === 'up');
    return bus;
  }

  const message = () => ({
    body: Buffer.from('{}'),
    messageId: randomUUID(),
    type: 'test',
    timestampMs: Date.now(),
    headers: {},
  });

  it('are read for a bound exchange, and write for its queue, for publishing and for requests', () => {
    expect(rights).to.deep.equal({
      configure: [],
      write: ['outbox', 'usage', 'amq.default', 'asked'],
      read: ['theirs', 'answers'],
    });
    const { foreign: _foreign, ...own } = topology;
    expect(foreignRights(own, used)).to.deep.equal({ configure: [], write: [], read: [] });
  });

  it('are enough on RabbitMQ', async function () {
    this.timeout(30_000);
    const bus = await openAs(rights);

    await until(() => bus.unavailable.length === 0);
    await bus.publish('outbox', message(), { deadlineEpochMs: Date.now() + 5000 });
    const asked = { deadlineEpochMs: Date.now() + 5000, routingKey: 'asked' };
    expect(String((await bus.request('', message(), asked)).body)).to.equal('{}');
  });

  it('are all needed', async function () {
    this.timeout(60_000);
    const without = (what: 'write' | 'read', name: string) => ({
      ...rights,
      [what]: rights[what].filter((each) => each !== name),
    });

    const unbound = await openAs(without('read', 'theirs'));
    const unbindable = await openAs(without('write', 'usage'));
    const deaf = await openAs(without('read', 'answers'));
    const mute = await openAs(without('write', 'outbox'));

    for (const bus of [unbound, unbindable])
      await until(() =>
        bus.unavailable.some(({ name, reason }) => name === 'theirs' && reason.includes('refused')),
      );
    await until(() =>
      deaf.unavailable.some(({ name, reason }) => name === 'asked' && reason.includes('refused')),
    );
    // RabbitMQ 4.3 already refuses when the exchange is looked up.
    const error = await mute
      .publish('outbox', message(), { deadlineEpochMs: Date.now() + 5000 })
      .catch((error: unknown) => error);
    expect(error).to.be.instanceOf(BusError);
  });
});
