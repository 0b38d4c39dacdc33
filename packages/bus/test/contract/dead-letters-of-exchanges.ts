import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import type { Topology } from '@restmapper/core';
import type { Bus } from '../../src/contract/bus.ts';
import type { DeadLetter } from '../../src/contract/dead-letter.ts';
import { collect, createMessage, within } from './fixtures.ts';
import type { OpenBus } from './fixtures.ts';

/**
 * A fanout exchange whose messages go to a queue for each of these routing keys; the others are dead letters, also those
 * with the routing keys of the queues that are not bound.
 */
function createRouted(keys: readonly string[], { unbound = [] }: { unbound?: readonly string[] } = {}) {
  const exchange = `contract/${randomUUID()}:POST`;
  const [inner, unrouted] = [`${exchange}@`, `${exchange}@.dead`];
  const queueOf = (key: string): string => `${exchange}@${key}`;
  const topology: Topology = {
    exchanges: [
      { name: exchange, type: 'fanout' },
      { name: inner, type: 'direct', alternateExchange: unrouted },
      { name: unrouted, type: 'fanout' },
    ],
    queues: [
      { kind: 'unrouted', name: unrouted, exchange: inner },
      ...[...keys, ...unbound].map((key) => ({
        kind: 'work' as const,
        name: queueOf(key),
        deliveryLimit: 20,
      })),
    ],
    bindings: [
      { exchange: unrouted, queue: unrouted, routingKey: '' },
      ...keys.map((key) => ({ exchange: inner, queue: queueOf(key), routingKey: key })),
    ],
    exchangeBindings: [{ source: exchange, destination: inner, routingKey: '' }],
  };
  return { topology, exchange, unrouted, queueOf };
}

/** Publishes a message for each routing key, with the same text. */
async function publishTo(bus: Bus, exchange: string, keys: readonly string[]): Promise<void> {
  for (const routingKey of keys) {
    const message = createMessage(routingKey, { 'partition:x': '3' });
    await bus.publish(exchange, message, { ...within(), routingKey });
  }
}

async function lettersIn(bus: Bus, queue: string): Promise<readonly DeadLetter[]> {
  const letters: DeadLetter[] = [];
  await bus.browseDeadLetters(queue, (letter) => {
    letters.push(letter);
    return 'keep';
  });
  return letters;
}

async function textsIn(bus: Bus, queue: string): Promise<readonly string[]> {
  return (await lettersIn(bus, queue)).map(({ body }) => String(body));
}

export function describeDeadLettersOfExchanges(open: OpenBus): void {
  describe('the dead letters of an exchange', () => {
    it('are the messages whose routing key no queue has, with the key and the reason', async () => {
      const { topology, exchange, unrouted, queueOf } = createRouted(['eu']);
      const bus = await open(topology);
      const message = createMessage('{"region":"asia"}', { 'x-request-id': 'r1' });

      await bus.publish(exchange, message, { ...within(), routingKey: 'asia' });
      await publishTo(bus, exchange, ['eu', 'a "b"']);

      const [first, second, ...others] = await lettersIn(bus, unrouted);
      expect(first).to.deep.include({
        messageId: message.messageId,
        type: message.type,
        timestampMs: message.timestampMs,
        headers: { 'x-request-id': 'r1' },
        queue: unrouted,
        routingKey: 'asia',
        reason: 'no queue has the routing key "asia"',
        attempts: 1,
        diedAtMs: undefined,
      });
      expect(second?.reason).to.equal('no queue has the routing key "a \\"b\\""');
      expect(others).to.deep.equal([]);
      const received = await collect(bus, queueOf('eu'));
      await until(() => received.deliveries.length === 1);
    });

    it('are published again with their routing key and headers when they are replayed', async () => {
      const { topology, exchange, unrouted, queueOf } = createRouted(['eu'], { unbound: ['asia'] });
      const bus = await open(topology);
      await publishTo(bus, exchange, ['asia', 'us', 'asia']);
      const died = await lettersIn(bus, unrouted);
      const asia = queueOf('asia');
      const binding = { exchange: `${exchange}@`, queue: asia, routingKey: 'asia' };
      await bus.replaceTopology({ topology: { ...topology, bindings: [...topology.bindings, binding] } });

      const sorted = await bus.browseDeadLetters(unrouted, ({ routingKey }) =>
        routingKey === 'asia' ? 'replay' : 'keep',
      );

      const again = await collect(bus, asia);
      await until(() => again.deliveries.length === 2);
      await again.subscription.close();
      expect(sorted).to.deep.equal({ seen: 3, replayed: 2, purged: 0 });
      expect(again.deliveries.map(({ messageId }) => messageId)).to.deep.equal([
        died[0]?.messageId,
        died[2]?.messageId,
      ]);
      for (const { routingKey, headers, attempt } of again.deliveries)
        expect({ routingKey, headers, attempt }).to.deep.equal({
          routingKey: 'asia',
          headers: { 'partition:x': '3' },
          attempt: 1,
        });
      expect(await textsIn(bus, unrouted)).to.deep.equal(['us']);
    });

    it('are dead letters again, each once, if there is still no queue for them', async () => {
      const { topology, exchange, unrouted } = createRouted(['eu']);
      const bus = await open(topology);
      const keys = Array.from({ length: 20 }, (_none, i) => `k${i}`);
      await publishTo(bus, exchange, keys);
      const died = await lettersIn(bus, unrouted);

      for (let round = 0; round < 2; round += 1) {
        const { seen } = await bus.browseDeadLetters(unrouted, () => 'replay');
        expect(seen).to.equal(keys.length);
      }

      const letters = await until(async () => {
        const found = await lettersIn(bus, unrouted);
        return found.length === keys.length && found;
      });
      const tell = ({ messageId, routingKey, reason }: DeadLetter) => ({ messageId, routingKey, reason });
      expect(letters.map(tell)).to.have.deep.members(died.map(tell));
    });

    it('keep their order and their routing keys, and are deleted when they are purged', async () => {
      const { topology, exchange, unrouted } = createRouted(['eu']);
      const bus = await open(topology);
      await publishTo(bus, exchange, ['1', '2', '3', '4']);

      // RabbitMQ replaces a message that was returned several times.
      for (let look = 0; look < 4; look += 1)
        expect(await textsIn(bus, unrouted)).to.deep.equal(['1', '2', '3', '4']);
      const sorted = await bus.browseDeadLetters(unrouted, ({ routingKey }) =>
        routingKey === '2' ? 'purge' : 'keep',
      );

      expect(sorted).to.deep.equal({ seen: 4, replayed: 0, purged: 1 });
      const left = await lettersIn(bus, unrouted);
      expect(left.map(({ routingKey, reason }) => [routingKey, reason])).to.deep.equal(
        ['1', '3', '4'].map((key) => [key, `no queue has the routing key "${key}"`]),
      );
    });
  });

  describe('the dead letters of an ordered queue', () => {
    it('return to their partition when they are replayed', async () => {
      const exchange = `contract/${randomUUID()}:POST`;
      const [first, second] = [`${exchange}#0`, `${exchange}#1`];
      const bus = await open({
        exchanges: [{ name: exchange, type: 'fanout' }],
        queues: [first, second].map((name) => ({ kind: 'work', name, deliveryLimit: 20, isOrdered: true })),
        bindings: [{ exchange, queue: second, routingKey: '' }],
      });
      const refusing = await collect(bus, second, { outcome: () => ({ kind: 'reject', reason: 'no' }) });
      await publishTo(bus, exchange, ['1', '2']);
      await until(async () => (await textsIn(bus, second)).length === 2);
      await refusing.subscription.close();

      const { replayed } = await bus.browseDeadLetters(second, () => 'replay');

      const again = await collect(bus, second);
      await until(() => again.deliveries.length === 2);
      expect(replayed).to.equal(2);
      expect(again.texts()).to.deep.equal(['1', '2']);
      expect(again.deliveries[0]?.headers).to.deep.equal({ 'partition:x': '3' });
      expect(await textsIn(bus, first)).to.deep.equal([]);
    });
  });
}
