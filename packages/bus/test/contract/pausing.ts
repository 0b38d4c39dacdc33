import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import type { Outcome } from '../../src/contract/message.ts';
import {
  ack,
  collect,
  createEvents,
  createGate,
  createMessage,
  createRpc,
  publishAll,
  within,
} from './fixtures.ts';
import type { OpenBus } from './fixtures.ts';

const release: Outcome = { kind: 'release' };

function reply(text: string): Outcome {
  return { kind: 'reply', body: Buffer.from(text) };
}

export function describePausing(open: OpenBus): void {
  describe('a paused subscription', () => {
    it('takes no message until it is resumed', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      const collected = await collect(bus, queue);
      await publishAll(bus, exchange, ['before']);
      await until(() => collected.deliveries.length === 1);

      await collected.subscription.pause();
      await publishAll(bus, exchange, ['meanwhile']);
      await until(async () => (await bus.inspect()).find(({ name }) => name === queue)?.messages === 1);

      expect(collected.texts()).to.deep.equal(['before']);
      collected.subscription.resume();
      await until(() => collected.deliveries.length === 2);
      expect(collected.texts()).to.deep.equal(['before', 'meanwhile']);
    });

    it('is ready although it started paused, and has taken nothing', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      await publishAll(bus, exchange, ['waiting']);
      const texts: string[] = [];
      const subscription = bus.consume(queue, async (batch) => {
        texts.push(...batch.map(({ body }) => String(body)));
        return batch.map(() => ack);
      });

      await subscription.pause();
      await subscription.ready;

      const other = await collect(bus, queue);
      await until(() => other.deliveries.length === 1);
      expect(other.deliveries[0]?.redelivered).to.equal(false);
      await other.subscription.close();
      subscription.resume();
      await publishAll(bus, exchange, ['next']);
      await until(() => texts.length === 1);
      expect(texts).to.deep.equal(['next']);
    });

    it('lets its handlers finish, and applies their outcomes', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      const gate = createGate();
      const collected = await collect(bus, queue, { outcome: () => gate.passed.then(() => ack) });
      await publishAll(bus, exchange, ['running']);
      await until(() => collected.deliveries.length === 1);

      await collected.subscription.pause();
      gate.open();
      await collected.subscription.close();

      await publishAll(bus, exchange, ['next']);
      const later = await collect(bus, queue);
      await until(() => later.deliveries.length > 0);
      expect(later.texts()).to.deep.equal(['next']);
    });

    it('returns messages that it held and had not started to other consumers', async () => {
      const { topology, exchange, queue } = createEvents();
      const [paused, other] = [await open(topology), await open(topology)];
      const gate = createGate();
      const first = await collect(paused, queue, { prefetch: 4, outcome: () => gate.passed.then(() => ack) });
      await publishAll(other, exchange, ['1', '2', '3', '4']);
      await until(() => first.deliveries.length === 1);

      await first.subscription.pause();

      const second = await collect(other, queue);
      await until(() => second.deliveries.length === 3);
      expect(second.texts()).to.deep.equal(['2', '3', '4']);
      gate.open();
    });

    it('counts no attempt for the messages that it returns, however often', async () => {
      const { topology, exchange, queue } = createEvents({ deliveryLimit: 2 });
      const bus = await open(topology);
      const dead = await collect(bus, `${queue}.dead`);
      let gate = createGate();
      const collected = await collect(bus, queue, {
        prefetch: 5,
        outcome: () => gate.passed.then(() => release),
      });
      await publishAll(bus, exchange, ['1', '2', '3', '4', '5']);

      for (let [rounds, seen] = [0, 0]; rounds < 8; rounds += 1) {
        await until(() => collected.deliveries.length > seen);
        await collected.subscription.pause();
        seen = collected.deliveries.length;
        gate.open();
        gate = createGate();
        collected.subscription.resume();
      }
      gate.open();
      await collected.subscription.close();

      const last = await collect(bus, queue);
      await until(() => last.deliveries.length === 5);
      expect(last.texts().sort()).to.deep.equal(['1', '2', '3', '4', '5']);
      expect(last.deliveries.map(({ attempt }) => attempt)).to.deep.equal([1, 1, 1, 1, 1]);
      expect(dead.texts()).to.deep.equal([]);
    });

    it('may be paused and resumed without waiting, and closed while it is paused', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      const collected = await collect(bus, queue);

      for (let times = 0; times < 5; times += 1) {
        void collected.subscription.pause();
        collected.subscription.resume();
      }
      await publishAll(bus, exchange, ['flows']);
      await until(() => collected.deliveries.length === 1);
      await collected.subscription.pause();
      await collected.subscription.close();
      collected.subscription.resume();

      await publishAll(bus, exchange, ['left']);
      const later = await collect(bus, queue);
      await until(() => later.deliveries.length === 1);
      expect(collected.texts()).to.deep.equal(['flows']);
    });

    it('answers no requests: they fail with NO_WORKER, and others answer those that it held', async () => {
      const [{ topology, exchange, queue }, beside] = [createRpc(), createRpc()];
      const both = {
        exchanges: [...topology.exchanges, ...beside.topology.exchanges],
        queues: [...topology.queues, ...beside.topology.queues],
        bindings: [...topology.bindings, ...beside.topology.bindings],
      };
      const [paused, other] = [await open(both), await open(both)];
      await collect(paused, beside.queue, { outcome: () => reply('beside') });
      const gate = createGate();
      const first = await collect(paused, queue, {
        prefetch: 3,
        outcome: () => gate.passed.then(() => reply('paused')),
      });
      const inWork = other.request(exchange, createMessage('1'), within());
      await until(() => first.deliveries.length === 1);
      const held = other.request(exchange, createMessage('2'), within());
      // A bus sends one request after the other.
      await other.request(beside.exchange, createMessage(), within());

      await first.subscription.pause();

      await until(async () => {
        const outcome = other.request(exchange, createMessage('x'), within(300));
        return outcome.then(
          () => false,
          (error: { code?: string }) => error.code === 'NO_WORKER',
        );
      });
      const second = await collect(other, queue, { outcome: () => reply('other') });
      gate.open();
      expect(String((await inWork).body)).to.equal('paused');
      expect(String((await held).body)).to.equal('other');
      expect(second.texts()).to.include('2');
    });
  });

  describe('a released message', () => {
    it('comes back with unchanged counts, without counting towards the delivery limit', async () => {
      const { topology, exchange, queue } = createEvents({ deliveryLimit: 2 });
      const bus = await open(topology);
      const outcomes: Outcome[] = [
        { kind: 'retry', delayMs: 1, reason: 'x', isFailure: true },
        ...Array.from({ length: 6 }, () => release),
      ];
      const { deliveries } = await collect(bus, queue, { outcome: () => outcomes.shift() ?? ack });
      const message = createMessage('{"a":1}', { 'x-request-id': 'r1' });

      await bus.publish(exchange, message, within());

      await until(() => deliveries.length === 8);
      const [, ...after] = deliveries;
      for (const { messageId, attempt, failures, headers, body } of after) {
        expect({ messageId, attempt, failures, headers, body: String(body) }).to.deep.equal({
          messageId: message.messageId,
          attempt: 2,
          failures: 1,
          headers: message.headers,
          body: '{"a":1}',
        });
      }
    });

    it('keeps the count of how often it came back', async () => {
      const { topology, exchange, queue } = createEvents({ deliveryLimit: 2 });
      const bus = await open(topology);
      const dead = await collect(bus, `${queue}.dead`);
      const kinds: ('requeue' | 'release')[] = ['requeue', 'release', 'requeue', 'release', 'requeue'];
      const { deliveries } = await collect(bus, queue, {
        prefetch: 1,
        outcome: () => ({ kind: kinds.shift() ?? 'ack' }),
      });

      await publishAll(bus, exchange, ['x']);

      await until(() => dead.deliveries.length === 1);
      expect(deliveries).to.have.length(5);
      expect(dead.deliveries[0]?.headers).to.include({ 'x-dead-reason': 'delivery_limit' });
    });
  });
}
