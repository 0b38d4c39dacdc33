import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { Batcher } from '../../src/dispatch/batcher.ts';
import type { BatchHandler, ConsumeOptions } from '../../src/contract/bus.ts';
import { resolveConsumeLimits } from '../../src/contract/consume-limits.ts';
import { LateRequests } from '../../src/dispatch/late-requests.ts';
import { silentLog } from '@restmapper/core';
import type { Delivery, Outcome } from '../../src/contract/message.ts';
import { ack, createGate, createMessage, never } from '../contract/fixtures.ts';

interface Item {
  readonly delivery: Delivery;
}

function createItem(text: string, deadlineEpochMs?: number): Item {
  const state = {
    queue: 'q',
    attempt: 1,
    routingKey: '',
    failures: 0,
    redelivered: false,
    wantsReply: false,
    deadlineEpochMs,
  };
  return { delivery: { ...createMessage(text), ...state } };
}

function createBatcher(handler: BatchHandler, options: ConsumeOptions = {}) {
  const settled: [string, Outcome['kind']][] = [];
  const reasons: string[] = [];
  const batcher = new Batcher<Item>({
    queue: 'q',
    handler,
    limits: resolveConsumeLimits(options),
    settle(batch) {
      for (const { item, outcome } of batch) {
        settled.push([String(item.delivery.body), outcome.kind]);
        if (outcome.kind === 'reject') reasons.push(outcome.reason);
      }
    },
    late: new LateRequests(silentLog),
    log: silentLog,
  });
  use(batcher, () => batcher.forget(new Error('the test has ended')));
  return { batcher, settled, reasons };
}

/** Acks everything, and keeps the bodies batch by batch. */
function createRecorder() {
  const batches: string[][] = [];
  const handler: BatchHandler = async (batch) => {
    batches.push(batch.map(({ body }) => String(body)));
    return batch.map(() => ack);
  };
  return { batches, handler };
}

describe('a batcher', () => {
  it('hands over items together that were pushed together', async () => {
    const { batches, handler } = createRecorder();
    const { batcher, settled } = createBatcher(handler, { batchSize: 2 });

    for (const text of ['1', '2', '3']) batcher.push(createItem(text));
    await until(() => settled.length === 3);

    expect(batches).to.deep.equal([['1', '2'], ['3']]);
  });

  it('does not run the handler on the stack of the caller of push', async () => {
    const { batches, handler } = createRecorder();
    const { batcher } = createBatcher(handler);

    batcher.push(createItem('1'));
    const duringPush = batches.length;

    await until(() => batches.length === 1);
    expect(duringPush).to.equal(0);
  });

  it('counts the wait from the first message of the batch', async () => {
    const { batches, handler } = createRecorder();
    const { batcher } = createBatcher(handler, { batchSize: 100, batchWaitMs: 200 });
    const start = Date.now();
    const steady = setInterval(() => batcher.push(createItem('later')), 20);
    use(steady, clearInterval);

    batcher.push(createItem('first'));
    await until(() => batches.length > 0);

    expect(Date.now() - start).to.be.within(195, 1000);
    expect(batches[0]?.length).to.be.within(2, 20);
  });

  it('hands over a full batch before its wait is over', async () => {
    const { batches, handler } = createRecorder();
    const { batcher } = createBatcher(handler, { batchSize: 2, batchWaitMs: 60_000 });

    batcher.push(createItem('1'));
    await nextTurn();
    batcher.push(createItem('2'));

    await until(() => batches.length === 1);
    expect(batches).to.deep.equal([['1', '2']]);
  });

  it('rejects a whole batch with the error of its handler', async () => {
    const { batcher, settled, reasons } = createBatcher(
      () => {
        throw new Error('thrown, not rejected');
      },
      { batchSize: 2 },
    );

    for (const text of ['1', '2']) batcher.push(createItem(text));
    await until(() => settled.length === 2);

    expect(settled).to.deep.equal([
      ['1', 'reject'],
      ['2', 'reject'],
    ]);
    expect(reasons).to.deep.equal(['thrown, not rejected', 'thrown, not rejected']);
  });

  for (const outcomes of [[], [ack], [ack, ack, ack]]) {
    it(`rejects a batch of two that got ${outcomes.length} outcomes`, async () => {
      const { batcher, settled, reasons } = createBatcher(async () => outcomes, { batchSize: 2 });

      for (const text of ['1', '2']) batcher.push(createItem(text));
      await until(() => settled.length === 2);

      expect(reasons[0]).to.equal(`the handler returned ${outcomes.length} outcomes for 2 messages`);
      expect(reasons).to.have.length(2);
    });
  }

  it('settles messages that expired while they waited, without handing them over', async () => {
    const gate = createGate();
    const seen: string[] = [];
    const { batcher, settled } = createBatcher(async (batch) => {
      seen.push(...batch.map(({ body }) => String(body)));
      await gate.passed;
      return batch.map(() => ack);
    });
    batcher.push(createItem('busy'));
    const deadline = Date.now() + 30;
    batcher.push(createItem('expires', deadline));
    batcher.push(createItem('next', deadline + 60_000));

    await until(() => Date.now() > deadline);
    gate.open();
    await until(() => settled.length === 3);

    expect(seen).to.deep.equal(['busy', 'next']);
    expect(settled.find(([text]) => text === 'expires')).to.deep.equal(['expires', 'ack']);
  });

  it('returns waiting messages when it closes, and resolves once the rest is settled', async () => {
    const gate = createGate();
    const { batcher, settled } = createBatcher(async (batch) => {
      await gate.passed;
      return batch.map(() => ack);
    });
    for (const text of ['running', 'waiting 1', 'waiting 2']) batcher.push(createItem(text));
    await nextTurn();

    const closed = batcher.close();
    batcher.push(createItem('after'));
    gate.open();
    await closed;

    expect(settled).to.deep.equal([
      ['waiting 1', 'requeue'],
      ['waiting 2', 'requeue'],
      ['after', 'requeue'],
      ['running', 'ack'],
    ]);
  });

  it('closes at once when nothing is running', async () => {
    const { batcher } = createBatcher(async () => never, { batchSize: 2, batchWaitMs: 60_000 });
    batcher.push(createItem('1'));

    await batcher.close();
    await batcher.close();
  });

  it('forgets waiting messages without settling them', async () => {
    const gate = createGate();
    const { batcher, settled } = createBatcher(async (batch) => {
      await gate.passed;
      return batch.map(() => ack);
    });
    for (const text of ['running', 'waiting']) batcher.push(createItem(text));
    await nextTurn();

    batcher.forget(new Error('the channel was lost'));
    gate.open();
    await batcher.close();

    expect(settled).to.deep.equal([['running', 'ack']]);
  });

  it('aborts the signal of forgotten messages, and not of later ones', async () => {
    const signals: AbortSignal[] = [];
    const { batcher } = createBatcher(
      (_, signal) => {
        signals.push(signal);
        return never;
      },
      { concurrency: 2 },
    );
    const reason = new Error('the channel was lost');
    batcher.push(createItem('before'));
    await until(() => signals.length === 1);

    batcher.forget(reason);
    batcher.push(createItem('after'));
    await until(() => signals.length === 2);

    expect(signals[0]?.reason).to.equal(reason);
    expect(signals[1]?.aborted).to.equal(false);
  });

  it('releases waiting and later messages while it is paused', async () => {
    const { batches, handler } = createRecorder();
    const { batcher, settled } = createBatcher(handler);
    batcher.push(createItem('waiting'));

    batcher.pause();
    batcher.push(createItem('meanwhile'));
    batcher.resume();
    batcher.push(createItem('after'));

    await until(() => settled.length === 3);
    expect(batches).to.deep.equal([['after']]);
    expect(settled).to.deep.equal([
      ['waiting', 'release'],
      ['meanwhile', 'release'],
      ['after', 'ack'],
    ]);
  });

  it('aborts the signal it gave to its handlers with the reason', async () => {
    const started = createGate<AbortSignal>();
    const { batcher } = createBatcher(async (_, signal) => {
      started.open(signal);
      return never;
    });
    batcher.push(createItem('1'));
    const signal = await started.passed;
    const reason = new Error('closing');

    batcher.abort(reason);

    expect(signal.reason).to.equal(reason);
  });
});
