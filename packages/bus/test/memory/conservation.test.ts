import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { array, assert, asyncProperty, constantFrom, integer, record } from 'fast-check';
import type { Arbitrary } from 'fast-check';
import { until } from '../../../../test/support/until.ts';
import type { Outcome } from '../../src/contract/message.ts';
import { MemoryBroker } from '../../src/memory/memory-broker.ts';
import { openMemoryBus } from '../../src/memory/open-memory-bus.ts';
import { ack, collect, createEvents, createMessage, never, within } from '../contract/fixtures.ts';
import type { Events } from '../contract/fixtures.ts';

const outcomes: Readonly<Record<string, () => Outcome | Promise<Outcome>>> = {
  acks: () => ack,
  requeues: () => ({ kind: 'requeue' }),
  retries: () => ({ kind: 'retry', delayMs: 1, reason: 'later' }),
  rejects: () => ({ kind: 'reject', reason: 'no' }),
  hangs: () => never,
};

/** Publishes some messages, while a consumer comes, decides by turns, and vanishes. */
const step = record({
  publish: integer({ min: 0, max: 30 }),
  decides: array(constantFrom(...Object.keys(outcomes)), { minLength: 1, maxLength: 5 }),
  batchSize: integer({ min: 1, max: 5 }),
  concurrency: integer({ min: 1, max: 3 }),
  prefetch: integer({ min: 1, max: 20 }),
  turns: integer({ min: 0, max: 10 }),
});

type Step = typeof step extends Arbitrary<infer T> ? T : never;

class Run {
  readonly broker = new MemoryBroker();
  readonly events: Events = createEvents({ deliveryLimit: 3 });
  readonly published: string[] = [];
  readonly acked = new Set<string>();

  open() {
    return openMemoryBus({ topology: this.events.topology, broker: this.broker });
  }

  async play({ publish, decides, turns, ...options }: Step): Promise<void> {
    const bus = this.open();
    let decisions = 0;
    await collect(bus, this.events.queue, {
      ...options,
      outcome: async ({ messageId }) => {
        const decision = decides[decisions++ % decides.length] ?? '';
        if (decision === 'acks') this.acked.add(messageId);
        return outcomes[decision]?.() ?? ack;
      },
    });
    for (let i = 0; i < publish; i += 1) {
      const message = createMessage();
      this.published.push(message.messageId);
      await bus.publish(this.events.exchange, message, within());
    }
    for (let i = 0; i < turns; i += 1) await nextTurn();
    await bus.close({ timeoutMs: 0 });
  }

  /** Takes what is left, alive or dead, once every message is accounted for. */
  async finish() {
    const bus = this.open();
    const [left, dead] = [
      await collect(bus, this.events.queue),
      await collect(bus, `${this.events.queue}.dead`),
    ];
    const ids = () => [left, dead].map(({ deliveries }) => deliveries.map(({ messageId }) => messageId));
    await until(() => new Set([...this.acked, ...ids().flat()]).size >= this.published.length, {
      everyMs: 1,
    });
    await until(() => this.bytes === 0, { everyMs: 1 });
    await bus.close();
    return ids();
  }

  get bytes(): number {
    const { queue } = this.events;
    return this.broker.queue(queue).bytes + this.broker.queue(`${queue}.dead`).bytes;
  }
}

describe('a queue in memory', () => {
  it('loses nothing, invents nothing and doubles nothing, whatever its consumers do', async () => {
    await assert(
      asyncProperty(array(step, { maxLength: 8 }), async (steps) => {
        const run = new Run();
        for (const step of steps) await run.play(step);

        const [left = [], dead = []] = await run.finish();

        const found = new Set([...run.acked, ...left, ...dead]);
        expect([...found].sort()).to.deep.equal([...run.published].sort());
        expect(new Set([...left, ...dead]).size).to.equal(left.length + dead.length);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps the order of messages that were not taken, or returned', async () => {
    await assert(
      asyncProperty(array(step, { maxLength: 8 }), async (steps) => {
        const run = new Run();
        for (const step of steps) await run.play({ ...step, decides: ['hangs'], prefetch: 1 });

        const [left = [], dead = []] = await run.finish();

        expect(left).to.deep.equal(run.published.filter((id) => !dead.includes(id)));
      }),
      { numRuns: 50 },
    );
  });
});
