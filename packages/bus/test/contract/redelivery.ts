import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { ack, collect, createEvents, never, publishAll } from './fixtures.ts';
import type { OpenBus } from './fixtures.ts';

/** How a consumer vanishes: its handler never settles, and its bus closes without a grace period. */
const vanish = { timeoutMs: 0 };

export function describeRedelivery(open: OpenBus): void {
  describe('redelivery', () => {
    it('delivers the messages of a consumer that vanished to another', async () => {
      const { topology, exchange, queue } = createEvents();
      const [doomed, survivor] = [await open(topology), await open(topology)];
      const first = await collect(doomed, queue, { outcome: () => never });
      await publishAll(survivor, exchange, ['precious']);
      await until(() => first.deliveries.length === 1);

      await doomed.close(vanish);

      const second = await collect(survivor, queue);
      await until(() => second.deliveries.length === 1);
      expect(second.texts()).to.deep.equal(['precious']);
      expect(second.deliveries[0]).to.include({
        messageId: first.deliveries[0]?.messageId,
        redelivered: true,
        attempt: 1,
      });
    });

    it('returns the messages of a vanished consumer ahead of later ones', async () => {
      const { topology, exchange, queue } = createEvents();
      const [doomed, survivor] = [await open(topology), await open(topology)];
      const first = await collect(doomed, queue, { concurrency: 2, prefetch: 2, outcome: () => never });
      await publishAll(survivor, exchange, ['1', '2', '3', '4']);
      await until(() => first.deliveries.length === 2);

      await doomed.close(vanish);

      const second = await collect(survivor, queue, { prefetch: 1 });
      await until(() => second.deliveries.length === 4);
      expect(second.texts()).to.deep.equal(['1', '2', '3', '4']);
    });

    it('redelivers a requeued message before later ones', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      await publishAll(bus, exchange, ['1', '2']);

      const collected = await collect(bus, queue, {
        prefetch: 1,
        outcome: ({ redelivered }) => (redelivered ? ack : { kind: 'requeue' }),
      });

      await until(() => collected.deliveries.length === 4);
      expect(collected.texts()).to.deep.equal(['1', '1', '2', '2']);
      expect(collected.deliveries.map(({ redelivered }) => redelivered)).to.deep.equal([
        false,
        true,
        false,
        true,
      ]);
      expect(collected.deliveries.map(({ attempt }) => attempt)).to.deep.equal([1, 1, 1, 1]);
    });

    it('lets another consumer have a requeued message', async () => {
      const { topology, exchange, queue } = createEvents();
      const [refusing, accepting] = [await open(topology), await open(topology)];
      const refused = await collect(refusing, queue, { prefetch: 1, outcome: () => ({ kind: 'requeue' }) });
      const accepted = await collect(accepting, queue, { prefetch: 1 });

      await publishAll(accepting, exchange, ['1', '2', '3']);

      await until(() => accepted.deliveries.length === 3);
      expect(accepted.texts().sort()).to.deep.equal(['1', '2', '3']);
      await refused.subscription.close();
    });

    it('dead-letters a message that came back more often than the delivery limit', async () => {
      const { topology, exchange, queue } = createEvents({ deliveryLimit: 2 });
      const bus = await open(topology);
      const collected = await collect(bus, queue, {
        prefetch: 1,
        outcome: ({ body }) => (String(body) === 'bad' ? { kind: 'requeue' } : ack),
      });
      const dead = await collect(bus, `${queue}.dead`);

      await publishAll(bus, exchange, ['bad', 'good']);

      await until(() => dead.deliveries.length === 1 && collected.texts().includes('good'));
      expect(collected.texts()).to.deep.equal(['bad', 'bad', 'bad', 'good']);
      expect(dead.texts()).to.deep.equal(['bad']);
      expect(dead.deliveries[0]?.messageId).to.equal(collected.deliveries[0]?.messageId);
      expect(dead.deliveries[0]?.headers).to.include({
        'x-dead-reason': 'delivery_limit',
        'x-dead-queue': queue,
      });
    });

    it('dead-letters a message that made more consumers vanish than the delivery limit', async () => {
      const { topology, exchange, queue } = createEvents({ deliveryLimit: 1 });
      const survivor = await open(topology);
      const dead = await collect(survivor, `${queue}.dead`);
      await publishAll(survivor, exchange, ['deadly', 'harmless']);

      for (let victims = 0; victims < 2; victims += 1) {
        const doomed = await open(topology);
        const { deliveries } = await collect(doomed, queue, { prefetch: 1, outcome: () => never });
        await until(() => deliveries.length === 1);
        await doomed.close(vanish);
      }

      const collected = await collect(survivor, queue);
      await until(() => dead.deliveries.length === 1 && collected.deliveries.length === 1);
      expect(dead.texts()).to.deep.equal(['deadly']);
      expect(collected.texts()).to.deep.equal(['harmless']);
    });
  });
}
