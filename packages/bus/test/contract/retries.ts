import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { ack, collect, createEvents, createMessage, publishAll, within } from './fixtures.ts';
import type { OpenBus } from './fixtures.ts';

export function describeRetries(open: OpenBus): void {
  describe('a retry', () => {
    it('comes back no earlier than requested, and no later than a second after', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      const askedAt = new Map<string, number>();
      const waitedMs = new Map<string, number>();
      await collect(bus, queue, {
        outcome: ({ body, attempt }) => {
          const text = String(body);
          if (attempt > 1) {
            waitedMs.set(text, Date.now() - (askedAt.get(text) ?? 0));
            return ack;
          }
          askedAt.set(text, Date.now());
          return { kind: 'retry', delayMs: Number(text), reason: 'not yet' };
        },
      });
      const delays = [1500, 0, 700, 100];

      await publishAll(bus, exchange, delays.map(String));

      await until(() => waitedMs.size === delays.length);
      for (const delay of delays) expect(waitedMs.get(String(delay))).to.be.within(delay, delay + 1000);
    });

    it('counts the attempts, and leaves the message unchanged', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      const contentType = 'text/csv; charset=utf-8';
      const message = { ...createMessage('a,1', { 'x-request-id': 'r1', n: 3 }), contentType };
      const { deliveries } = await collect(bus, queue, {
        outcome: ({ attempt }) => (attempt === 4 ? ack : { kind: 'retry', delayMs: 5, reason: 'again' }),
      });

      await bus.publish(exchange, message, within());

      await until(() => deliveries.length === 4);
      expect(deliveries.map(({ attempt }) => attempt)).to.deep.equal([1, 2, 3, 4]);
      for (const { messageId, type, body, headers, ...others } of deliveries) {
        expect(others.contentType).to.equal(contentType);
        expect({ messageId, type, body: String(body), headers }).to.deep.equal({
          messageId: message.messageId,
          type: message.type,
          body: 'a,1',
          headers: message.headers,
        });
      }
    });

    it('counts failures separately from postponements', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      const { deliveries } = await collect(bus, queue, {
        outcome: ({ attempt }) =>
          attempt === 5 ? ack : { kind: 'retry', delayMs: 5, reason: 'again', isFailure: attempt % 2 === 0 },
      });

      await publishAll(bus, exchange, ['x']);

      await until(() => deliveries.length === 5);
      expect(deliveries.map(({ attempt }) => attempt)).to.deep.equal([1, 2, 3, 4, 5]);
      expect(deliveries.map(({ failures }) => failures)).to.deep.equal([0, 0, 1, 1, 2]);
    });

    it('does not change the order of the others', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      await publishAll(bus, exchange, ['1', '2', '3', '4', '5']);

      const collected = await collect(bus, queue, {
        outcome: ({ body, attempt }) =>
          String(body) === '2' && attempt === 1 ? { kind: 'retry', delayMs: 300, reason: 'busy' } : ack,
      });

      await until(() => collected.deliveries.length === 6);
      expect(collected.texts()).to.deep.equal(['1', '2', '3', '4', '5', '2']);
    });

    it('comes back only to the queue that asked for it', async () => {
      const { topology, exchange, queues } = createEvents({ queues: 2 });
      const [first = '', second = ''] = queues;
      const bus = await open(topology);
      const retrying = await collect(bus, first, {
        outcome: ({ attempt }) => (attempt > 1 ? ack : { kind: 'retry', delayMs: 50, reason: 'busy' }),
      });
      const calm = await collect(bus, second);

      await publishAll(bus, exchange, ['1']);
      await until(() => retrying.deliveries.length === 2);
      await publishAll(bus, exchange, ['2']);

      await until(() => calm.texts().includes('2'));
      expect(calm.texts()).to.deep.equal(['1', '2']);
    });

    it('does not count towards the delivery limit', async () => {
      const { topology, exchange, queue } = createEvents({ deliveryLimit: 1 });
      const bus = await open(topology);
      const { deliveries } = await collect(bus, queue, {
        outcome: ({ attempt }) => (attempt === 5 ? ack : { kind: 'retry', delayMs: 0, reason: 'again' }),
      });

      await publishAll(bus, exchange, ['1']);

      await until(() => deliveries.length === 5);
      expect(deliveries.map(({ attempt }) => attempt)).to.deep.equal([1, 2, 3, 4, 5]);
    });
  });
}
