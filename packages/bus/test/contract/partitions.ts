import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import type { Bus, QueueSubscription } from '../../src/contract/bus.ts';
import type { Delivery, Outcome } from '../../src/contract/message.ts';
import { ack, createMessage, createOrdered, type Events, within } from './fixtures.ts';
import type { OpenBus } from './fixtures.ts';

/** Processes all messages of several processes, and checks the order of each key. */
class Workshop {
  readonly done: string[] = [];
  readonly #running = new Set<string>();
  readonly faults: string[] = [];

  readonly handler = (batch: readonly Delivery[]): Promise<Outcome[]> =>
    Promise.all(
      batch.map(async ({ body, queue }) => {
        const text = String(body);
        if (this.#running.has(queue)) this.faults.push(`two of ${queue}`);
        this.#running.add(queue);
        await sleep(3);
        this.#running.delete(queue);
        this.done.push(text);
        return ack;
      }),
    );
}

/** Publishes to every queue, again and again, until the test ends. */
function keepPublishing(
  bus: Bus,
  { exchange, queues }: Events,
): { readonly sent: () => number; stop(): Promise<void> } {
  let sent = 0;
  const ending = new AbortController();
  const running = (async () => {
    for (; !ending.signal.aborted; sent += 1) {
      for (const i of queues.keys()) {
        await bus.publish(exchange, createMessage(`${i}:${sent}`), { ...within(), routingKey: String(i) });
      }
      await sleep(5);
    }
  })();
  const stop = async (): Promise<void> => {
    ending.abort();
    await running;
  };
  use(stop, () => stop());
  return { sent: () => sent * queues.length, stop };
}

function sharesOf(subscriptions: readonly QueueSubscription[]): readonly number[] {
  return subscriptions.map(({ active = [] }) => active.length);
}

function isEven(subscriptions: readonly QueueSubscription[], partitions: number): boolean {
  const shares = sharesOf(subscriptions);
  const sum = shares.reduce((a, b) => a + b, 0);
  return sum === partitions && Math.max(...shares) - Math.min(...shares) <= 1;
}

export function describePartitions(open: OpenBus): void {
  describe('the partitions of an ordered worker', () => {
    it('are spread evenly whenever a process comes or goes, without a message out of order', async () => {
      const events = createOrdered({ partitions: 7 });
      const buses = await Promise.all([1, 2, 3].map(() => open(events.topology)));
      const workshop = new Workshop();
      const start = (bus: Bus): QueueSubscription =>
        bus.consume(events.queues, workshop.handler, { concurrency: 20 });
      const [one, two, three] = buses;
      if (!one || !two || !three) throw new Error('three buses were opened');
      const publishing = keepPublishing(one, events);

      const first = start(one);
      await until(() => isEven([first], 7));
      const second = start(two);
      await until(() => isEven([first, second], 7), { timeoutMs: 15_000 });
      const third = start(three);
      await until(() => isEven([first, second, third], 7), { timeoutMs: 15_000 });
      await first.close();
      await until(() => isEven([second, third], 7), { timeoutMs: 15_000 });
      await publishing.stop();

      await until(() => workshop.done.length >= publishing.sent());
      expect(workshop.done).to.have.lengthOf(publishing.sent());
      expect(workshop.faults).to.deep.equal([]);
      for (const i of events.queues.keys()) {
        const numbers = workshop.done
          .filter((text) => text.startsWith(`${i}:`))
          .map((text) => Number(text.slice(2)));
        expect(numbers).to.deep.equal([...numbers.keys()]);
      }
    }).timeout(60_000);
  });
}
