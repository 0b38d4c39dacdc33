import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import {
  ack,
  collect,
  createEvents,
  createMessage,
  createOrdered,
  type OpenBus,
  within,
} from './fixtures.ts';

/** Options of an event that expires in this many milliseconds. */
const expiring = (ms: number) => ({ ...within(), expiresEpochMs: Date.now() + ms });

export function describeExpiring(open: OpenBus): void {
  describe('an event that expires', () => {
    for (const [kind, create] of [
      ['a queue', createEvents],
      ['an ordered queue', createOrdered],
    ] as const) {
      it(`is dropped and counted when it is late, in ${kind}`, async () => {
        const { topology, exchange, queue } = create();
        const routed = { routingKey: '0' };
        const bus = await open(topology);
        await bus.publish(exchange, createMessage('late'), { ...expiring(-1), ...routed });
        await bus.publish(exchange, createMessage('early'), { ...expiring(60_000), ...routed });
        await bus.publish(exchange, createMessage('any time'), { ...within(), ...routed });

        const collected = await collect(bus, queue);

        await until(() => collected.deliveries.length === 2);
        expect(collected.texts()).to.deep.equal(['early', 'any time']);
        expect(bus.stats).to.include({ expiredEvents: 1, lateRequests: 0 });
        await until(async () => (await bus.inspect()).find(({ name }) => name === queue)?.messages === 0);
      });

      it(`is not retried any more then, in ${kind}`, async () => {
        const { topology, exchange, queue } = create();
        const bus = await open(topology);
        const { deliveries } = await collect(bus, queue, {
          outcome: () => ({ kind: 'retry', delayMs: 1_200, reason: 'again' }),
        });

        await bus.publish(exchange, createMessage('x'), { ...expiring(1_000), routingKey: '0' });

        await until(() => bus.stats.expiredEvents === 1);
        expect(deliveries).to.have.length(1);
      });
    }

    it('is processed if it is replayed, however late', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      const { deliveries, subscription } = await collect(bus, queue, {
        outcome: () => ({ kind: 'reject', reason: 'no' }),
      });
      const expiresEpochMs = Date.now() + 500;
      await bus.publish(exchange, createMessage('x'), { ...within(), expiresEpochMs });
      await until(() => deliveries.length === 1);
      await subscription.close();
      await until(() => Date.now() > expiresEpochMs);

      await until(async () => (await bus.browseDeadLetters(queue, () => 'replay')).replayed === 1);

      const again = await collect(bus, queue, { outcome: () => ack });
      await until(() => again.deliveries.length === 1);
      expect(bus.stats.expiredEvents).to.equal(0);
    });
  });
}
