import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import type { Bus } from '../../src/contract/bus.ts';
import type { Delivery, Outcome } from '../../src/contract/message.ts';
import {
  ack,
  collect,
  createEvents,
  createGate,
  createMessage,
  createRpc,
  never,
  publishAll,
  within,
} from './fixtures.ts';
import type { OpenBus } from './fixtures.ts';
import { union } from './replacing.ts';

/** Exchanges with a work queue each, and one topology with all of them. */
function createSeveral(count: number) {
  const events = Array.from({ length: count }, () => createEvents());
  return {
    topology: union(...events.map(({ topology }) => topology)),
    queues: events.map(({ queue }) => queue),
    exchanges: events.map(({ exchange }) => exchange),
  };
}

/** How many messages wait in a queue. */
async function waitingIn(bus: Bus, queue: string): Promise<number | undefined> {
  return (await bus.inspect()).find(({ name }) => name === queue)?.messages;
}

export function describeSeveralQueues(open: OpenBus): void {
  describe('a subscription to several queues', () => {
    it('delivers the messages of each, and names their queue', async () => {
      const { topology, queues, exchanges } = createSeveral(3);
      const bus = await open(topology);
      const collected = await collect(bus, queues);

      for (const exchange of exchanges) await publishAll(bus, exchange, [exchange]);

      await until(() => collected.deliveries.length === 3);
      const sources = new Map(collected.deliveries.map(({ body, queue }) => [String(body), queue]));
      expect(exchanges.map((exchange) => sources.get(exchange))).to.deep.equal(queues);
    });

    it('runs no more batches at once than allowed, each from one queue', async () => {
      const { topology, queues, exchanges } = createSeveral(3);
      const bus = await open(topology);
      for (const exchange of exchanges) await publishAll(bus, exchange, ['1', '2', '3', '4', '5']);
      let running = 0;
      const most: number[] = [];
      const batches: string[][] = [];
      const handler = async (batch: readonly Delivery[]): Promise<Outcome[]> => {
        running += 1;
        most.push(running);
        batches.push(batch.map(({ queue }) => queue));
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
        return batch.map(() => ack);
      };

      bus.consume(queues, handler, { concurrency: 2, batchSize: 2, prefetch: 12 });

      await until(() => batches.flat().length === 15);
      expect(Math.max(...most)).to.equal(2);
      expect(batches.every((batch) => new Set(batch).size === 1)).to.equal(true);
    });

    it('holds no more messages than allowed', async () => {
      const { topology, queues, exchanges } = createSeveral(2);
      const bus = await open(topology);
      for (const exchange of exchanges) await publishAll(bus, exchange, ['1', '2', '3', '4', '5']);
      const started: string[] = [];
      const handler = (batch: readonly Delivery[]): Promise<never> => {
        started.push(...batch.map(({ queue }) => queue));
        return never;
      };

      bus.consume(queues, handler, { concurrency: 10, prefetch: 5 });

      await until(() => started.length === 5);
      const [first = '', second = ''] = queues;
      await until(async () => {
        const waiting = [await waitingIn(bus, first), await waitingIn(bus, second)];
        return Number(waiting[0]) + Number(waiting[1]) === 5;
      });
      expect(new Set(started).size).to.equal(2);
    });

    it('makes no message wait for the backlog of another queue', async () => {
      const { topology, queues, exchanges } = createSeveral(2);
      const [busy = '', quiet = ''] = exchanges;
      const bus = await open(topology);
      await publishAll(
        bus,
        busy,
        Array.from({ length: 100 }, (_, i) => String(i)),
      );
      const first = createGate();
      const collected = await collect(bus, queues, {
        prefetch: 20,
        outcome: async ({ body }) => {
          if (String(body) === '0') await first.passed;
          return ack;
        },
      });
      await until(() => collected.deliveries.length === 1);

      await publishAll(bus, quiet, ['quiet']);
      await until(async () => (await waitingIn(bus, queues[1] ?? '')) === 0);
      await publishAll(bus, quiet, ['quiet too']);
      first.open();

      await until(() => collected.deliveries.length === 102);
      expect(collected.texts().indexOf('quiet')).to.be.below(20);
      expect(collected.texts().indexOf('quiet too')).to.be.below(40);
    });

    it('retries and rejects each message by its own queue', async () => {
      const { topology, queues, exchanges } = createSeveral(2);
      const bus = await open(topology);
      const outcome = ({ attempt, queue }: Delivery): Outcome =>
        attempt === 1 ? { kind: 'retry', delayMs: 0, reason: 'once' } : { kind: 'reject', reason: queue };
      const collected = await collect(bus, queues, { outcome });
      const dead = await collect(
        bus,
        queues.map((queue) => `${queue}.dead`),
      );

      for (const exchange of exchanges) await publishAll(bus, exchange, [exchange]);

      await until(() => dead.deliveries.length === 2);
      const seen = collected.deliveries.map(({ queue, attempt }) => `${queue} ${attempt}`);
      expect(seen.sort()).to.deep.equal(queues.flatMap((queue) => [`${queue} 1`, `${queue} 2`]).sort());
      for (const { queue, headers } of dead.deliveries)
        expect(queue).to.equal(`${String(headers['x-dead-reason'])}.dead`);
    });

    it('may be of different kinds, and answers requests', async () => {
      const [events, rpc] = [createEvents(), createRpc()];
      const bus = await open(union(events.topology, rpc.topology));
      const collected = await collect(bus, [events.queue, rpc.queue], {
        outcome: ({ wantsReply, body }) => (wantsReply ? { kind: 'reply', body } : ack),
      });

      await publishAll(bus, events.exchange, ['event']);
      const reply = await bus.request(rpc.exchange, createMessage('request'), within());

      await until(() => collected.deliveries.length === 2);
      expect(String(reply.body)).to.equal('request');
    });

    it('is paused, resumed and closed as one', async () => {
      const { topology, queues, exchanges } = createSeveral(2);
      const bus = await open(topology);
      const collected = await collect(bus, queues);
      const publish = async (text: string): Promise<void> => {
        for (const exchange of exchanges) await publishAll(bus, exchange, [text]);
      };
      const areWaiting = async (): Promise<boolean> => {
        const depths = (await bus.inspect()).filter(({ name }) => queues.includes(name));
        return depths.every(({ messages }) => messages === 1);
      };

      await collected.subscription.pause();
      await publish('paused');
      await until(areWaiting);
      expect(collected.deliveries).to.deep.equal([]);
      collected.subscription.resume();
      await until(() => collected.deliveries.length === 2);
      await collected.subscription.close();
      await publish('closed');

      await until(areWaiting);
      expect(collected.texts()).to.deep.equal(['paused', 'paused']);
    });

    it('is refused as a whole when one of the queues, or an option, is wrong', async () => {
      const { topology, queues } = createSeveral(2);
      const bus = await open(topology);
      const [first = ''] = queues;
      const handler = async (): Promise<Outcome[]> => [];

      for (const wrong of [[], [first, first], [first, 'nowhere']])
        expect(() => bus.consume(wrong, handler)).to.throw(TypeError);
      expect(() => bus.consume(queues, handler, { prefetch: 1 })).to.throw(RangeError);

      expect((await bus.inspect()).map(({ consumers }) => consumers)).to.deep.equal([0, 0, 0, 0]);
    });
  });
}
