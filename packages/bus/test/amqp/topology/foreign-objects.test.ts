import { expect } from 'chai';
import { until } from '../../../../../test/support/until.ts';
import { use } from '../../../../../test/support/use.ts';
import type { Topology } from '@restmapper/core';
import type { Channel, ConsumeMessage } from 'amqplib';
import type { Bus } from '../../../src/contract/bus.ts';
import {
  collect,
  createEvents,
  createMessage,
  createRpc,
  expectCode,
  within,
} from '../../contract/fixtures.ts';
import { openForeignChannel, openUpBus, uniqueName } from '../fixtures.ts';

/** Long enough for an exchange to be looked up again. */
const soon = { timeoutMs: 25_000 };

async function openForeign() {
  const { topology, exchange, queue } = createEvents();
  const foreign = uniqueName();
  const channel = await openForeignChannel();
  use(foreign, (name) => channel.deleteExchange(name));
  const bound: Topology = {
    ...topology,
    foreign: { exchanges: [foreign], bindings: [{ exchange: foreign, queue, routingKey: '' }] },
  };
  return { topology: bound, exchange, queue, foreign, channel };
}

describe('exchanges of others on RabbitMQ', function () {
  this.timeout(40_000);

  it('are used as they are, whatever their flags', async () => {
    const { topology, foreign, channel } = await openForeign();
    const options = { durable: false, autoDelete: true, arguments: { 'alternate-exchange': 'amq.fanout' } };
    await channel.assertExchange(foreign, 'topic', options);

    const bus = await openUpBus(topology);

    await until(() => bus.unavailable.length === 0);
  });

  it('are bound again when their owner deletes and recreates them', async () => {
    const { topology, queue, foreign, channel } = await openForeign();
    await channel.assertExchange(foreign, 'fanout');
    const bus = await openUpBus(topology, { recheckMs: 500 });
    const collected = await collect(bus, queue);
    await until(() => bus.unavailable.length === 0);

    await channel.deleteExchange(foreign);
    await until(() => bus.unavailable.length === 1, soon);
    await channel.assertExchange(foreign, 'fanout');
    await until(() => bus.unavailable.length === 0, soon);
    channel.publish(foreign, '', Buffer.from('again'));

    await until(() => collected.texts().includes('again'));
  });

  it('are not looked up by a process that needs none of them', async () => {
    const { topology, exchange } = await openForeign();
    const bus = await openUpBus(topology, { use: { exchanges: [exchange], queues: [] } });

    await bus.publish(exchange, createMessage(), within());

    expect(bus.unavailable).to.deep.equal([]);
  });
});

/** A topology that requests from a queue of another application, and a channel to declare it with. */
async function openForeignQueue() {
  const { topology, exchange } = createEvents();
  const queue = uniqueName();
  const channel = await openForeignChannel();
  use(queue, (name) => channel.deleteQueue(name));
  const requesting: Topology = { ...topology, foreign: { exchanges: [], queues: [queue], bindings: [] } };
  const request = (bus: Bus, text: string) =>
    bus.request('', createMessage(text), { ...within(), routingKey: queue });
  return { topology: requesting, exchange, queue, channel, request };
}

/** Answers as a worker does that knows only `reply_to` and `correlation_id`. */
async function answerPlainly(channel: Channel, queue: string): Promise<ConsumeMessage[]> {
  const received: ConsumeMessage[] = [];
  const answer = (message: ConsumeMessage | null): void => {
    if (!message) return;
    received.push(message);
    const { replyTo, correlationId } = message.properties as { replyTo: string; correlationId: string };
    channel.sendToQueue(replyTo, message.content, { correlationId });
  };
  await channel.consume(queue, answer, { noAck: true });
  return received;
}

describe('queues of others on RabbitMQ', function () {
  this.timeout(40_000);

  for (const [title, options] of Object.entries({
    'a transient queue that deletes itself': { durable: false, autoDelete: true },
    'a queue with a single active consumer': { arguments: { 'x-single-active-consumer': true } },
    'a queue with a limit, a priority and a DLX': {
      maxLength: 10,
      maxPriority: 3,
      deadLetterExchange: 'amq.fanout',
    },
    'a quorum queue': { arguments: { 'x-queue-type': 'quorum' } },
  })) {
    it(`get requests as they are: ${title}`, async () => {
      const { topology, queue, channel, request } = await openForeignQueue();
      await channel.assertQueue(queue, options);
      const received = await answerPlainly(channel, queue);
      const bus = await openUpBus(topology);
      await until(() => bus.unavailable.length === 0);

      const reply = await request(bus, '{"price":1.0}');

      expect(String(reply.body)).to.equal('{"price":1.0}');
      expect(reply).to.not.have.property('kind');
      const { properties, fields } = received[0] ?? expect.fail('it received nothing');
      expect(fields).to.include({ exchange: '', routingKey: queue });
      expect(properties).to.include({ contentType: 'application/json', deliveryMode: 1 });
      expect(Number(properties.expiration)).to.be.within(1, 10_000);
    });
  }

  it('refuse requests when they are deleted, and get them when they are back', async () => {
    const { topology, queue, exchange, channel, request } = await openForeignQueue();
    await channel.assertQueue(queue);
    const bus = await openUpBus(topology);
    await until(() => bus.unavailable.length === 0);

    await channel.deleteQueue(queue);
    await expectCode(request(bus, 'lost'), 'UNROUTABLE');
    await until(() => bus.unavailable.length > 0, { timeoutMs: 5000 });
    await expectCode(request(bus, 'refused'), 'NOT_DECLARED');
    await bus.publish(exchange, createMessage(), within());
    await channel.assertQueue(queue);
    await answerPlainly(channel, queue);
    await until(() => bus.unavailable.length === 0, soon);

    expect(String((await request(bus, '"back"')).body)).to.equal('"back"');
    expect(bus.stats.reconnects).to.equal(0);
  });

  it('are unavailable while another connection holds them exclusively', async () => {
    const { topology, queue, channel, request } = await openForeignQueue();
    await channel.assertQueue(queue, { exclusive: true });
    const bus = await openUpBus(topology);

    await until(() => bus.unavailable[0]?.reason.includes('RESOURCE_LOCKED'));

    expect(bus.unavailable).to.have.length(1);
    await expectCode(request(bus, '1'), 'NOT_DECLARED');
  });

  it('leave other requests alone', async () => {
    const { topology } = await openForeignQueue();
    const rpc = createRpc();
    const both: Topology = { ...rpc.topology, ...(topology.foreign && { foreign: topology.foreign }) };
    const bus = await openUpBus(both);
    await collect(bus, rpc.queue, { outcome: ({ body }) => ({ kind: 'reply', body }) });
    await until(() => bus.unavailable.length > 0);

    const reply = await bus.request(rpc.exchange, createMessage('ours'), within());

    expect(String(reply.body)).to.equal('ours');
  });
});

describe('publishing to an exchange of others that disappears', function () {
  this.timeout(40_000);

  it('fails, is noticed at once, and disturbs no other message', async () => {
    const { topology, exchange, queue, foreign, channel } = await openForeign();
    await channel.assertExchange(foreign, 'topic');
    const bus = await openUpBus({ ...topology, foreign: { exchanges: [foreign], bindings: [] } });
    await until(() => bus.unavailable.length === 0);
    const collected = await collect(bus, queue);

    await channel.deleteExchange(foreign);
    const lost = bus.publish(foreign, createMessage('lost'), within());
    const own = bus.publish(exchange, createMessage('ours'), within());

    await own;
    await expectCode(lost, 'PUBLISH_TIMEOUT');
    await until(() => bus.unavailable.length > 0, { timeoutMs: 5000 });
    await expectCode(bus.publish(foreign, createMessage('refused'), within()), 'NOT_DECLARED');
    await until(() => collected.texts().includes('ours'));
  });

  it('fails with UNROUTABLE when no queue takes the message', async () => {
    const { topology, foreign, channel } = await openForeign();
    await channel.assertExchange(foreign, 'topic');
    const bus = await openUpBus({ ...topology, foreign: { exchanges: [foreign], bindings: [] } });
    await until(() => bus.unavailable.length === 0);

    await expectCode(bus.publish(foreign, createMessage(), { ...within(), routingKey: '#' }), 'UNROUTABLE');
  });
});
