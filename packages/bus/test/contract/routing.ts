import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import type { Topology, WorkQueueSpec } from '@restmapper/core';
import type { PublishOptions } from '../../src/contract/bus.ts';
import type { Outcome } from '../../src/contract/message.ts';
import {
  ack,
  collect,
  createEvents,
  createMessage,
  createRpc,
  expectCode,
  failureOf,
  publishAll,
  within,
} from './fixtures.ts';
import type { OpenBus } from './fixtures.ts';

const withKey = (routingKey: string): PublishOptions => ({ ...within(), routingKey });

/** A direct exchange with one work queue for each routing key, under names that no other test has. */
function createKeyed(keys: readonly string[], { deliveryLimit = 20 } = {}) {
  const exchange = `contract/${randomUUID()}`;
  const queueOf = (key: string): string => `${exchange}:${key}`;
  const queues = keys.map((key): WorkQueueSpec => ({ kind: 'work', name: queueOf(key), deliveryLimit }));
  const topology: Topology = {
    exchanges: [{ name: exchange, type: 'direct' }],
    queues,
    bindings: keys.map((routingKey) => ({ exchange, queue: queueOf(routingKey), routingKey })),
  };
  return { topology, exchange, queueOf };
}

export function describeRouting(open: OpenBus): void {
  describe('routing', () => {
    it('sends an event to the queue of its routing key', async () => {
      const { topology, exchange, queueOf } = createKeyed(['eu', 'us']);
      const bus = await open(topology);
      const [eu, us] = [await collect(bus, queueOf('eu')), await collect(bus, queueOf('us'))];

      await bus.publish(exchange, createMessage('1'), withKey('eu'));
      await bus.publish(exchange, createMessage('2'), withKey('us'));
      await bus.publish(exchange, createMessage('3'), withKey('eu'));

      await until(() => eu.deliveries.length === 2 && us.deliveries.length === 1);
      expect(eu.texts()).to.deep.equal(['1', '3']);
      expect(us.texts()).to.deep.equal(['2']);
    });

    it('delivers an event to its queue again when it is retried', async () => {
      const { topology, exchange, queueOf } = createKeyed(['eu', 'us']);
      const bus = await open(topology);
      const { deliveries } = await collect(bus, queueOf('eu'), {
        outcome: ({ attempt }) =>
          attempt === 1 ? { kind: 'retry', delayMs: 0, reason: 'again', isFailure: true } : { kind: 'ack' },
      });

      await bus.publish(exchange, createMessage('1'), withKey('eu'));

      await until(() => deliveries.length === 2);
      expect(deliveries.map(({ attempt }) => attempt)).to.deep.equal([1, 2]);
    });

    it('tells the routing key also of a message that comes back, and of a replayed dead letter', async () => {
      const { topology, exchange, queueOf } = createKeyed(['eu', 'us']);
      const queue = queueOf('eu');
      const bus = await open(topology);
      const outcomes: readonly Outcome[] = [
        { kind: 'retry', delayMs: 300, reason: 'again' },
        { kind: 'release' },
        { kind: 'requeue' },
        { kind: 'reject', reason: 'no' },
        { kind: 'ack' },
      ];
      const { deliveries } = await collect(bus, queue, {
        outcome: () => outcomes[deliveries.length - 1] ?? ack,
      });

      await bus.publish(exchange, createMessage('1'), withKey('eu'));
      await until(() => deliveries.length === 4);
      await until(async () => (await bus.browseDeadLetters(queue, () => 'replay')).replayed === 1);
      await until(() => deliveries.length === 5);

      expect(deliveries.map(({ routingKey }) => routingKey)).to.deep.equal(['eu', 'eu', 'eu', 'eu', 'eu']);
      expect(deliveries.map(({ headers }) => headers)).to.deep.equal([{}, {}, {}, {}, {}]);
    });

    it('tells the routing key of a dead letter that was returned too often', async () => {
      const { topology, exchange, queueOf } = createKeyed(['eu'], { deliveryLimit: 1 });
      const queue = queueOf('eu');
      const bus = await open(topology);
      const { subscription } = await collect(bus, queue, { outcome: () => ({ kind: 'requeue' }) });
      const dead = await collect(bus, `${queue}.dead`);

      await bus.publish(exchange, createMessage('1'), withKey('eu'));

      const letter = await until(() => dead.deliveries[0]);
      await subscription.close();
      expect(letter.routingKey).to.equal('eu');
    });

    it('has no routing key for an event without one, and the exchange as that of a request', async () => {
      const events = createEvents();
      const rpc = createRpc();
      const bus = await open({
        exchanges: [...events.topology.exchanges, ...rpc.topology.exchanges],
        queues: [...events.topology.queues, ...rpc.topology.queues],
        bindings: [...events.topology.bindings, ...rpc.topology.bindings],
      });
      const told = await collect(bus, events.queue, {
        outcome: ({ attempt }) => (attempt > 1 ? ack : { kind: 'retry', delayMs: 0, reason: 'again' }),
      });
      const asked = await collect(bus, rpc.queue, {
        outcome: ({ attempt }) =>
          attempt > 1
            ? { kind: 'reply', body: Buffer.from('1') }
            : { kind: 'retry', delayMs: 0, reason: 'again' },
      });

      await publishAll(bus, events.exchange, ['1']);
      await bus.request(rpc.exchange, createMessage('1'), within());

      await until(() => told.deliveries.length === 2);
      expect(told.deliveries.map(({ routingKey }) => routingKey)).to.deep.equal(['', '']);
      expect(asked.deliveries.map(({ routingKey }) => routingKey)).to.deep.equal([
        rpc.exchange,
        rpc.exchange,
      ]);
    });

    it('fails with UNROUTABLE when no queue is bound by the routing key', async () => {
      const { topology, exchange } = createKeyed(['eu']);
      const bus = await open(topology);

      await expectCode(bus.publish(exchange, createMessage(), withKey('us')), 'UNROUTABLE');
      await expectCode(bus.publish(exchange, createMessage(), within()), 'UNROUTABLE');
    });

    it('ignores the routing key on a fanout exchange', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      const { deliveries } = await collect(bus, queue);

      await bus.publish(exchange, createMessage(), withKey('any'));

      await until(() => deliveries.length === 1);
    });

    for (const [what, routingKey] of Object.entries({
      'a routing key over 255 bytes': 'ä'.repeat(128),
      'a control character in the routing key': 'a\nb',
    })) {
      it(`refuses ${what} with a TypeError`, async () => {
        const { topology, exchange } = createEvents();
        const bus = await open(topology);

        const error = await failureOf(bus.publish(exchange, createMessage(), withKey(routingKey)));

        expect(error).to.be.instanceOf(TypeError);
      });
    }
  });
}
