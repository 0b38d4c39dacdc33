import { setTimeout as sleep } from 'node:timers/promises';
import { type Bus, BusError, openAmqpBus, type Outcome } from '@restmapper/bus';
import { silentLog } from '@restmapper/core';
import { expect } from 'chai';
import { array, assert, asyncProperty, constantFrom, integer, record, type Arbitrary } from 'fast-check';
import {
  ack,
  collect,
  createEvents,
  createMessage,
  never,
  within,
} from '../../packages/bus/test/contract/fixtures.ts';
import { openBrokerProxy, urlThrough } from '../../packages/bus/test/amqp/fixtures.ts';
import { amqpUrl, deleteTopology } from '../support/amqp.ts';
import { printFigures } from '../support/figures.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';
import type { TcpProxy } from '../support/tcp-proxy.ts';
import { until } from '../support/until.ts';

const outcomes: Readonly<Record<string, () => Outcome | Promise<Outcome>>> = {
  acks: () => ack,
  requeues: () => ({ kind: 'requeue' }),
  retries: () => ({ kind: 'retry', delayMs: 1, reason: 'later' }),
  rejects: () => ({ kind: 'reject', reason: 'no' }),
  hangs: () => never,
};

const faults: Readonly<Record<string, (proxy: TcpProxy) => void>> = {
  nothing: () => {},
  cut: (proxy) => proxy.cut(),
  reset: (proxy) => proxy.reset(),
  silence: (proxy) => proxy.blackHole(['down']),
  refusal: (proxy) => {
    proxy.refuse();
    proxy.reset();
  },
};

/** A process that publishes and consumes, has up to two faults, and ends abruptly. */
const step = record({
  publish: integer({ min: 0, max: 20 }),
  decides: array(constantFrom(...Object.keys(outcomes)), { minLength: 1, maxLength: 5 }),
  batchSize: integer({ min: 1, max: 5 }),
  concurrency: integer({ min: 1, max: 3 }),
  prefetch: integer({ min: 1, max: 20 }),
  faults: array(constantFrom(...Object.keys(faults)), { maxLength: 2 }),
  pauseMs: integer({ min: 0, max: 40 }),
});

type Step = typeof step extends Arbitrary<infer T> ? T : never;

class Run {
  readonly events = createEvents({ deliveryLimit: 3 });
  readonly sent: string[] = [];
  readonly confirmed: string[] = [];
  readonly acked = new Set<string>();

  #open(url: string): Bus {
    return openAmqpBus({ urls: [url], topology: this.events.topology, name: 'test', log: silentLog });
  }

  async play(steps: readonly Step[], proxy: TcpProxy): Promise<void> {
    for (const step of steps) {
      const bus = this.#open(urlThrough(proxy));
      await Promise.all([this.#consume(bus, step), this.#publish(bus, step), this.#disturb(proxy, step)]);
      await bus.close({ timeoutMs: 0 });
      proxy.heal();
    }
  }

  async #consume(bus: Bus, { decides, ...options }: Step): Promise<void> {
    let decisions = 0;
    const outcome = ({ messageId }: { readonly messageId: string }) => {
      const decision = decides[decisions++ % decides.length] ?? '';
      if (decision === 'acks') this.acked.add(messageId);
      return outcomes[decision]?.() ?? ack;
    };
    // It may never become ready.
    void collect(bus, this.events.queue, { ...options, outcome });
  }

  async #publish(bus: Bus, { publish }: Step): Promise<void> {
    for (let sent = 0; sent < publish; sent += 1) {
      const message = createMessage();
      this.sent.push(message.messageId);
      await bus.publish(this.events.exchange, message, within(300)).then(
        () => this.confirmed.push(message.messageId),
        (error: unknown) => {
          if (!(error instanceof BusError)) throw error;
        },
      );
    }
  }

  async #disturb(proxy: TcpProxy, { faults: names, pauseMs }: Step): Promise<void> {
    for (const name of names) {
      await sleep(pauseMs);
      faults[name]?.(proxy);
    }
    await sleep(pauseMs);
    proxy.heal();
  }

  /** Collects the remaining messages, live or dead, once every confirmed one is accounted for. */
  async finish() {
    const bus = this.#open(amqpUrl());
    const left = await collect(bus, this.events.queue);
    const dead = await collect(bus, `${this.events.queue}.dead`);
    const idsOf = ({ deliveries }: typeof left) => deliveries.map(({ messageId }) => messageId);
    const found = () => new Set([...this.acked, ...idsOf(left), ...idsOf(dead)]);
    await until(() => this.confirmed.every((id) => found().has(id))).catch(() => {});
    const lost = this.confirmed.filter((id) => !found().has(id));
    await bus.close();
    await deleteTopology(this.events.topology);
    return { left: idsOf(left), lost, unexpected: [...found()].filter((id) => !this.sent.includes(id)) };
  }
}

describe('F29: publishing and consuming, with any fault at any time', function () {
  this.timeout(faultTimeoutMs);

  /** Failures are shrunk for as long as there is time left to report them. */
  const limits = {
    numRuns: sized({ short: 4, full: 300 }),
    interruptAfterTimeLimit: 0.75 * faultTimeoutMs,
    markInterruptAsFailure: true,
  };

  it('loses no confirmed message, and invents none', async () => {
    const proxy = await openBrokerProxy();
    const totals = { runs: 0, sent: 0, confirmed: 0, lost: 0, unexpected: 0 };
    await assert(
      asyncProperty(array(step, { minLength: 1, maxLength: 5 }), async (steps) => {
        const run = new Run();
        await run.play(steps, proxy);

        const { lost, unexpected } = await run.finish();

        totals.runs += 1;
        totals.sent += run.sent.length;
        totals.confirmed += run.confirmed.length;
        expect({ lost, unexpected }).to.deep.equal({ lost: [], unexpected: [] });
      }),
      limits,
    );
    printFigures('F29', totals);
  });

  it('keeps the order of messages that were never acknowledged', async () => {
    const proxy = await openBrokerProxy();
    let [kept, runs] = [0, 0];
    await assert(
      asyncProperty(array(step, { minLength: 1, maxLength: 5 }), async (steps) => {
        const run = new Run();
        await run.play(
          steps.map((each) => ({ ...each, decides: ['hangs'], prefetch: 1 })),
          proxy,
        );

        const { left } = await run.finish();

        runs += 1;
        const inOrder = run.confirmed.filter((id) => left.includes(id));
        kept += inOrder.length;
        expect(left.filter((id) => inOrder.includes(id))).to.deep.equal(inOrder);
      }),
      limits,
    );
    printFigures('F29', { runs, 'in order': kept });
    expect(kept).to.be.above(0);
  });
});
