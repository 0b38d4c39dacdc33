import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import type { BatchHandler, ConsumeOptions } from '../../src/contract/bus.ts';
import { orderedLimits } from '../../src/contract/consume-limits.ts';
import { silentLog } from '@restmapper/core';
import type { Delivery, Outcome } from '../../src/contract/message.ts';
import { LateRequests } from '../../src/dispatch/late-requests.ts';
import { LoopWatch } from '../../src/dispatch/loop-watch.ts';
import { OrderedBatcher } from '../../src/dispatch/ordered-batcher.ts';
import { WorkSlots } from '../../src/dispatch/work-slots.ts';
import { ack, createGate, createMessage } from '../contract/fixtures.ts';

interface Item {
  readonly delivery: Delivery;
}

function createItem(text: string): Item {
  const state = {
    queue: 'q#0',
    attempt: 1,
    routingKey: '',
    failures: 0,
    redelivered: false,
    wantsReply: false,
    deadlineEpochMs: undefined,
  };
  return { delivery: { ...createMessage(text), ...state } };
}

function createBatcher(
  outcome: (text: string, signal: AbortSignal) => Outcome | Promise<Outcome>,
  { mayStart = () => true, ...options }: ConsumeOptions & { readonly mayStart?: () => boolean } = {},
) {
  const begun: string[] = [];
  const settled: string[] = [];
  const handler: BatchHandler = (batch, signal) =>
    Promise.all(
      batch.map(async ({ body }) => {
        begun.push(String(body));
        return outcome(String(body), signal);
      }),
    );
  const limits = orderedLimits({ concurrency: 8, ...options });
  const batcher: OrderedBatcher<Item> = new OrderedBatcher({
    queue: 'q#0',
    handler,
    limits,
    slots: new WorkSlots(limits.concurrency),
    orderingKey: ({ body }) => String(body).charAt(0),
    settle: (done) => settled.push(...done.map(({ item }) => String(item.delivery.body))),
    onReturned: () => batcher.drain(),
    late: new LateRequests(silentLog),
    mayStart,
    loop: new LoopWatch(50),
    log: silentLog,
  });
  use(batcher, (each) => each.drain());
  const push = (...texts: readonly string[]): void => {
    for (const text of texts) batcher.push(createItem(text));
  };
  return { batcher, push, begun, settled };
}

describe('an ordered batcher', () => {
  it('drops what waits when it is drained, and is idle when what is in progress is settled', async () => {
    const gate = createGate();
    const { batcher, push, begun, settled } = createBatcher(async () => {
      await gate.passed;
      return ack;
    });
    push('a1', 'a2', 'b1');
    await until(() => begun.length === 2);

    const { dropped, idle } = batcher.drain();
    push('c1');
    gate.open();
    await idle;

    expect(dropped.map(({ delivery }) => String(delivery.body))).to.deep.equal(['a2']);
    expect(settled).to.deep.equal(['a1', 'b1']);
    batcher.resume();
    push('a2', 'c1');
    await until(() => settled.length === 4);
  });

  it('starts a redelivered message only after its earlier run has ended', async () => {
    const gate = createGate();
    const { batcher, push, begun, settled } = createBatcher(async (text, signal) => {
      if (text === 'a1') await gate.passed;
      return signal.aborted ? { kind: 'retry', delayMs: 0, reason: 'aborted' } : ack;
    });
    push('a1');
    await until(() => begun.length === 1);

    batcher.forget(new Error('the channel was lost'));
    push('a1', 'b1');
    await until(() => settled.includes('b1'));
    const meanwhile = [...begun];
    gate.open();

    await until(() => settled.includes('a1'));
    expect(meanwhile).to.deep.equal(['a1', 'b1']);
    expect(begun).to.deep.equal(['a1', 'b1', 'a1']);
  });

  it('forgets a held message when it is drained', async () => {
    let attempts = 0;
    const { batcher, push, settled } = createBatcher(() => {
      attempts += 1;
      return attempts === 1 ? { kind: 'retry', delayMs: 20, reason: 'not yet' } : ack;
    });
    push('a1', 'a2');
    await until(() => attempts === 1);

    const { dropped, idle } = batcher.drain();
    await idle;
    batcher.resume();
    push('a1', 'a2');

    await until(() => settled.length === 2);
    expect(dropped.map(({ delivery }) => String(delivery.body))).to.deep.equal(['a1', 'a2']);
    expect(settled).to.deep.equal(['a1', 'a2']);
    expect(attempts).to.equal(3);
  });

  it('starts nothing that was sent before a standstill until the loss of the channel can be known', async () => {
    const { batcher, push, begun, settled } = createBatcher(() => ack);

    for (const end = performance.now() + 60; performance.now() < end; );
    push('a1');
    await sleep(20);
    batcher.forget(new Error('the channel was lost'));
    push('a2');

    await until(() => settled.length === 1);
    expect(begun).to.deep.equal(['a2']);
  });

  for (const [what, end] of [
    ['a request', 'deadlineEpochMs'],
    ['an event', 'expiresEpochMs'],
  ] as const) {
    it(`drops ${what} whose next attempt would be too late, and goes on with its key`, async () => {
      const { batcher, push, begun, settled } = createBatcher((text) =>
        text === 'a1' ? { kind: 'retry', delayMs: 20_000, reason: 'not yet' } : ack,
      );
      const { delivery } = createItem('a1');
      batcher.push({ delivery: { ...delivery, [end]: Date.now() + 10_000 } });

      push('a2');

      await until(() => settled.length === 2);
      expect(begun).to.deep.equal(['a1', 'a2']);
    });
  }

  it('waits for no larger batch while the prefetch is used up', async () => {
    const options = { batchSize: 3, batchWaitMs: 60_000, prefetch: 4 };
    const { push, begun } = createBatcher(() => ack, options);

    push('a1', 'a2', 'b1');
    await sleep(20);
    const before = [...begun];
    push('b2');

    await until(() => begun.length >= 2);
    expect(before).to.deep.equal([]);
    expect(begun.slice(0, 2)).to.deep.equal(['a1', 'b1']);
  });

  it('starts nothing while suspended, and then first what was released', async () => {
    const gate = createGate();
    let runs = 0;
    const { batcher, push, begun, settled } = createBatcher(async () => {
      runs += 1;
      if (runs > 1) return ack;
      await gate.passed;
      return { kind: 'release' };
    });
    push('a1', 'a2');
    await until(() => begun.length === 1);

    batcher.suspend();
    push('b1');
    gate.open();
    await until(() => runs === 1 && batcher.oldestRunMs === 0);
    const meanwhile = [...begun];
    batcher.proceed();

    await until(() => settled.length === 3);
    expect(meanwhile).to.deep.equal(['a1']);
    expect(begun.filter((text) => text.startsWith('a'))).to.deep.equal(['a1', 'a1', 'a2']);
  });

  it('starts nothing while it may have lost the queue', async () => {
    let mayStart = false;
    const { push, settled } = createBatcher(() => ack, { mayStart: () => mayStart });
    push('a1');
    await sleep(20);
    const meanwhile = [...settled];

    mayStart = true;

    await until(() => settled.length === 1);
    expect(meanwhile).to.deep.equal([]);
  });

  it('rejects a message whose handler fails, and goes on with its key', async () => {
    const { push, settled } = createBatcher((text) => {
      if (text === 'a1') throw new Error('no');
      return ack;
    });

    push('a1', 'a2');

    await until(() => settled.length === 2);
    expect(settled).to.deep.equal(['a1', 'a2']);
  });
});
