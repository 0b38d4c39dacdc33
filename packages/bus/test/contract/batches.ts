import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import type { ConsumeOptions } from '../../src/contract/bus.ts';
import type { Outcome } from '../../src/contract/message.ts';
import { ack, collect, createEvents, createGate, publishAll } from './fixtures.ts';
import type { OpenBus } from './fixtures.ts';

const ten = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'];

const invalidOptions: Readonly<Record<string, ConsumeOptions>> = {
  'no batch': { batchSize: 0 },
  'half a batch': { batchSize: 1.5 },
  'a negative wait': { batchWaitMs: -1 },
  'no concurrency': { concurrency: 0 },
  'no prefetch': { prefetch: 0 },
  'a prefetch that AMQP cannot express': { prefetch: 65_536 },
};

export function describeBatches(open: OpenBus): void {
  describe('batches', () => {
    it('are as large as requested while messages wait, and in order', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      await publishAll(bus, exchange, ten);
      const batches: string[][] = [];

      bus.consume(
        queue,
        async (batch) => {
          batches.push(batch.map(({ body }) => String(body)));
          return batch.map(() => ack);
        },
        { batchSize: 4, batchWaitMs: 1000 },
      );

      await until(() => batches.length === 3);
      expect(batches).to.deep.equal([
        ['0', '1', '2', '3'],
        ['4', '5', '6', '7'],
        ['8', '9'],
      ]);
    });

    it('wait no longer than requested for more messages', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      const collected = await collect(bus, queue, { batchSize: 100, batchWaitMs: 400 });
      const start = Date.now();

      await publishAll(bus, exchange, ['1', '2']);

      await until(() => collected.deliveries.length === 2);
      expect(Date.now() - start).to.be.within(390, 1400);
    });

    it('do not wait unless requested', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      const collected = await collect(bus, queue, { batchSize: 100 });

      await publishAll(bus, exchange, ['1']);

      await until(() => collected.texts().includes('1'));
    });

    it('do not wait for more messages than may be held', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      await publishAll(bus, exchange, ten);

      const collected = await collect(bus, queue, { batchSize: 100, batchWaitMs: 60_000, prefetch: 5 });

      await until(() => collected.deliveries.length === 10);
      expect(collected.texts()).to.deep.equal(ten);
    });

    it('settle each delivery by its own outcome', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      await publishAll(bus, exchange, ['ack', 'retry', 'reject', 'requeue', 'ack too']);
      const outcomes: Readonly<Record<string, Outcome>> = {
        retry: { kind: 'retry', delayMs: 50, reason: 'later' },
        reject: { kind: 'reject', reason: 'never' },
        requeue: { kind: 'requeue' },
      };
      const dead = await collect(bus, `${queue}.dead`);

      const collected = await collect(bus, queue, {
        batchSize: 5,
        batchWaitMs: 2000,
        outcome: ({ body, attempt, redelivered }) =>
          attempt > 1 || redelivered ? ack : (outcomes[String(body)] ?? ack),
      });

      await until(() => collected.deliveries.length === 7 && dead.deliveries.length === 1);
      const [requeued] = collected.deliveries.slice(5).filter(({ redelivered }) => redelivered);
      const [retried] = collected.deliveries.slice(5).filter(({ attempt }) => attempt === 2);
      expect(String(requeued?.body)).to.equal('requeue');
      expect(String(retried?.body)).to.equal('retry');
      expect(dead.texts()).to.deep.equal(['reject']);
    });

    it('leave no acked message behind', async () => {
      const { topology, exchange, queue } = createEvents();
      const [first, second] = [await open(topology), await open(topology)];
      const collected = await collect(first, queue, { batchSize: 3, concurrency: 2 });
      await publishAll(second, exchange, ten);
      await until(() => collected.deliveries.length === 10);

      await first.close();

      const later = await collect(second, queue);
      await publishAll(second, exchange, ['next']);
      await until(() => later.deliveries.length > 0);
      expect(later.texts()).to.deep.equal(['next']);
    });
  });

  describe('the bounds of a consumer', () => {
    it('limit its running batches to its concurrency', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      await publishAll(bus, exchange, ten);
      const gates = ten.map(() => createGate());
      let started = 0;
      let running = 0;
      let most = 0;

      bus.consume(
        queue,
        async (batch) => {
          running += 1;
          most = Math.max(most, running);
          await gates[started++]?.passed;
          running -= 1;
          return batch.map(() => ack);
        },
        { concurrency: 3, prefetch: 10 },
      );

      for (const [i, gate] of gates.entries()) {
        await until(() => started >= Math.min(i + 3, ten.length));
        gate.open();
      }
      await until(() => running === 0);
      expect(most).to.equal(3);
    });

    it('limit its unsettled messages to its prefetch', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      const gate = createGate();
      const holding = await collect(bus, queue, {
        concurrency: 10,
        prefetch: 3,
        outcome: () => gate.passed.then(() => ack),
      });

      await publishAll(bus, exchange, ten);
      await until(() => holding.deliveries.length === 3);
      const others = await collect(bus, queue);

      await until(() => others.deliveries.length === 7);
      expect(holding.deliveries).to.have.length(3);
      gate.open();
    });

    for (const [what, options] of Object.entries(invalidOptions)) {
      it(`cannot be ${what}`, async () => {
        const { topology, queue } = createEvents();
        const bus = await open(topology);

        expect(() => bus.consume(queue, async () => [], options)).to.throw(RangeError);
      });
    }
  });
}
