import { expect } from 'chai';
import type { Channel, ConsumeMessage } from 'amqplib';
import { validate } from 'uuid';
import { until } from '../../../../test/support/until.ts';
import type { Outcome } from '../../src/contract/message.ts';
import {
  ack,
  collect,
  createEvents,
  createFeed,
  createMessage,
  createRpc,
  publishAll,
  within,
} from '../contract/fixtures.ts';
import { openForeignChannel, openUpBus } from './fixtures.ts';
import { use } from '../../../../test/support/use.ts';

const echo = { outcome: ({ body }: { body: Buffer }): Outcome => ({ kind: 'reply', body, status: 201 }) };

/** Sends a request to a queue as another program does. */
async function ask(channel: Channel, queue: string, replyTo: string): Promise<ConsumeMessage> {
  const replies: ConsumeMessage[] = [];
  await channel.consume(replyTo, (reply) => void (reply && replies.push(reply)), { noAck: true });
  channel.sendToQueue(queue, Buffer.from('ping'), { replyTo, correlationId: 'c-1' });
  return until(() => replies[0]);
}

describe('the bus among programs in other languages', () => {
  it('accepts a reply through the default exchange that has only a correlation id', async () => {
    const { topology, exchange, queue } = createRpc();
    const bus = await openUpBus(topology);
    const channel = await openForeignChannel();
    await channel.consume(
      queue,
      (request) => {
        if (!request) return;
        const { replyTo, correlationId } = request.properties;
        channel.sendToQueue(replyTo, Buffer.from(`pong ${String(request.content)}`), { correlationId });
      },
      { noAck: true },
    );

    const reply = await bus.request(exchange, createMessage('1'), within());

    expect(String(reply.body)).to.equal('pong 1');
    expect(reply.status).to.equal(undefined);
  });

  it('answers a caller that listens on a queue bound to RPC', async () => {
    const { topology, queue } = createRpc();
    await collect(await openUpBus(topology), queue, echo);
    const channel = await openForeignChannel();
    const mine = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(mine.queue, 'RPC', mine.queue);

    const reply = await ask(channel, queue, mine.queue);

    expect(reply.fields.exchange).to.equal('RPC');
    expect(reply.properties).to.include({ correlationId: 'c-1', contentType: 'application/json' });
    expect(reply.properties.headers).to.include({ status: 201 });
    expect(String(reply.content)).to.equal('ping');
  });

  it('answers a caller that listens on any other queue', async () => {
    const { topology, queue } = createRpc();
    await collect(await openUpBus(topology), queue, echo);
    const channel = await openForeignChannel();
    const mine = await channel.assertQueue('', { exclusive: true });

    const reply = await ask(channel, queue, mine.queue);

    expect(String(reply.content)).to.equal('ping');
  });

  it('answers a caller that uses direct reply-to', async () => {
    const { topology, queue } = createRpc();
    await collect(await openUpBus(topology), queue, echo);

    const reply = await ask(await openForeignChannel(), queue, 'amq.rabbitmq.reply-to');

    expect(String(reply.content)).to.equal('ping');
  });

  it('continues when a caller has gone, or could never be answered', async () => {
    const { topology, exchange, queue } = createRpc();
    const bus = await openUpBus(topology);
    await collect(bus, queue, echo);
    const channel = await openForeignChannel();
    for (const replyTo of ['no-such-queue', 'amq.rabbitmq.reply-to.gone', 'é'.repeat(127)]) {
      channel.sendToQueue(queue, Buffer.from('ping'), { replyTo });
    }

    const { body } = await bus.request(exchange, createMessage('still here'), within());

    expect(String(body)).to.equal('still here');
    expect(bus.stats.reconnects).to.equal(0);
  });

  it('processes a message that has no properties at all', async () => {
    const { topology, exchange, queue } = createEvents();
    const bus = await openUpBus(topology);
    const collected = await collect(bus, queue);
    const channel = await openForeignChannel();

    channel.publish(exchange, '', Buffer.from('bare'));

    const delivery = await until(() => collected.deliveries[0]);
    expect(String(delivery.body)).to.equal('bare');
    expect(validate(delivery.messageId)).to.equal(true);
    expect(delivery).to.deep.include({ type: '', headers: {}, attempt: 1, wantsReply: false });
  });

  it('retries and dead-letters a message whose properties are odd, under its own id', async () => {
    const { topology, exchange, queue } = createEvents();
    const bus = await openUpBus(topology);
    await collect(bus, queue, {
      outcome: ({ attempt }) =>
        attempt === 1 ? { kind: 'retry', delayMs: 10, reason: 'once' } : { kind: 'reject', reason: 'odd' },
    });
    const channel = await openForeignChannel();
    const headers = { deep: { er: [1, { x: null }] }, flag: true, CC: [], big: 'x'.repeat(60_000) };

    channel.publish(exchange, '', Buffer.from('odd'), {
      messageId: 'order-7',
      headers,
      priority: 3,
      appId: 'shop',
    });

    const letter = await until(() => channel.get(`${queue}.dead`, { noAck: true }));
    expect(String(letter.content)).to.equal('odd');
    expect(letter.properties).to.include({ messageId: 'order-7', appId: 'shop', priority: 3 });
    expect(letter.properties.headers).to.include({ 'x-dead-reason': 'odd', 'x-attempts': 2, flag: 'true' });
  });

  it('stores an event whatever headers its publisher copied along', async () => {
    const { topology, exchange, queue } = createEvents();
    const bus = await openUpBus(topology);
    const collected = await collect(bus, queue, {
      outcome: ({ wantsReply }) => (wantsReply ? { kind: 'reply', body: Buffer.from('{}') } : ack),
    });
    const channel = await openForeignChannel();
    const copied = [
      { headers: { 'x-deadline': Date.now() - 60_000, 'x-remaining-ms': 5 } },
      { headers: { 'x-deadline': 1 }, replyTo: 'gone', correlationId: '1' },
      { headers: { 'x-retry-at': Date.now() + 3_600_000 } },
      { headers: { 'x-delivery-count': 99, 'x-acquired-count': 99 } },
    ];

    for (const [i, properties] of copied.entries())
      channel.publish(exchange, '', Buffer.from(String(i)), properties);

    await until(() => collected.deliveries.length === copied.length);
    expect(collected.texts().sort()).to.deep.equal(['0', '1', '2', '3']);
    for (const { wantsReply, deadlineEpochMs } of collected.deliveries) {
      expect({ wantsReply, deadlineEpochMs }).to.deep.equal({
        wantsReply: false,
        deadlineEpochMs: undefined,
      });
    }
  });

  it('dead-letters an event that expires in the queue by its own expiration', async () => {
    const { topology, exchange, queue } = createEvents();
    const bus = await openUpBus(topology);
    const channel = await openForeignChannel();

    channel.publish(exchange, '', Buffer.from('short'), { expiration: '50' });

    const dead = await collect(bus, `${queue}.dead`);
    await until(() => dead.deliveries.length === 1);
    expect(dead.texts()).to.deep.equal(['short']);
    expect(dead.deliveries[0]?.headers).to.include({ 'x-dead-reason': 'expired' });
  });

  it('shows a message without properties in a feed', async () => {
    const { topology, exchange, feed } = createFeed();
    const bus = await openUpBus(topology);
    const bodies: string[] = [];
    const subscription = bus.follow(
      feed,
      ({ body, offset }) => void bodies.push(`${offset} ${String(body)}`),
      {
        from: 'first',
      },
    );
    await use(subscription, () => subscription.close()).ready;
    const channel = await openForeignChannel();

    channel.publish(exchange, '', Buffer.from('bare'));
    await publishAll(bus, exchange, ['ours']);

    await until(() => bodies.length === 2);
    expect(bodies.map((text) => text.slice(2)).sort()).to.deep.equal(['bare', 'ours']);
  });
});
