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
import { openBrokerProxy, openForeignChannel, openUpBus, uniqueName, urlThrough } from '../fixtures.ts';

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

/** The same, where the worker replies through an exchange of its own, as one that knows `reply_to` as a key. */
async function openForeignReplies() {
  const { topology, queue, channel, request } = await openForeignQueue();
  const replies = uniqueName();
  use(replies, (name) => channel.deleteExchange(name));
  await channel.assertQueue(queue);
  const take = (message: ConsumeMessage | null): void => {
    const { replyTo, correlationId } = (message?.properties ?? {}) as Record<string, string>;
    channel.publish(replies, replyTo ?? '', Buffer.from('{}'), { correlationId: correlationId ?? '' });
  };
  await channel.consume(queue, take, { noAck: true });
  const foreign = { exchanges: [], queues: [queue], bindings: [], replies: [{ queue, exchange: replies }] };
  return { topology: { ...topology, foreign }, queue, channel, request, replies };
}

describe('replies through an exchange of others on RabbitMQ', function () {
  this.timeout(60_000);

  it('arrive, whatever its flags, and again when it was deleted and recreated', async () => {
    const { topology, queue, channel, request, replies } = await openForeignReplies();
    await channel.assertExchange(replies, 'direct', { durable: false });
    const bus = await openUpBus(topology, { recheckMs: 500 });
    await until(() => bus.unavailable.length === 0);

    const first = await request(bus, '1');
    await channel.deleteExchange(replies);
    await until(() => bus.unavailable.length === 1, soon);
    const missing = bus.unavailable;
    await expectCode(request(bus, 'refused'), 'NOT_DECLARED');
    await channel.assertExchange(replies, 'direct', { durable: false });
    await until(() => bus.unavailable.length === 0, soon);
    const second = await request(bus, '2');

    expect([first, second].map(({ body }) => String(body))).to.deep.equal(['{}', '{}']);
    expect(missing).to.deep.equal([
      { kind: 'queue', name: queue, reason: `the exchange ${replies} for replies does not exist` },
    ]);
  });

  it('arrive over the next connection, whose queue for replies is another', async () => {
    const { topology, channel, request, replies } = await openForeignReplies();
    await channel.assertExchange(replies, 'direct');
    const proxy = await openBrokerProxy();
    const bus = await openUpBus(topology, { urls: [urlThrough(proxy)], recheckMs: 600_000 });
    await until(() => bus.unavailable.length === 0);
    await request(bus, 'before');

    proxy.reset();
    await until(() => bus.status.state !== 'up');
    const { body } = await until(() => request(bus, 'after'), soon);

    expect(String(body)).to.equal('{}');
  });
});

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
