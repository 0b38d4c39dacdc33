import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import type { Bus, RequestManyOptions } from '../../src/contract/bus.ts';
import { maxPartBytes } from '../../src/contract/message.ts';
import type { Outcome, PartialReply, Reply } from '../../src/contract/message.ts';
import {
  collect,
  createGate,
  createMessage,
  createRpc,
  expectCode,
  failureOf,
  never,
  within,
} from './fixtures.ts';
import type { OpenBus } from './fixtures.ts';

type Replies = (signal: AbortSignal) => AsyncIterable<PartialReply>;

const part = (body: string | number): PartialReply => ({ body: Buffer.from(String(body)) });

const replies = (produce: Replies): Outcome => ({ kind: 'replies', replies: produce });

async function* count(to: number): AsyncGenerator<PartialReply> {
  for (let i = 0; i < to; i += 1) yield part(i);
}

const numbers = (to: number): string[] => Array.from({ length: to }, (_, i) => String(i));

function patient(options: Partial<RequestManyOptions> = {}): RequestManyOptions {
  return { ...within(), idleMs: 5000, ...options };
}

async function textsOf(stream: AsyncIterable<Reply>): Promise<string[]> {
  const texts: string[] = [];
  for await (const { body } of stream) texts.push(String(body));
  return texts;
}

/** What was read before the failure, and the failure. */
async function readToFailure(stream: AsyncIterable<Reply>): Promise<{ texts: string[]; error: unknown }> {
  const texts: string[] = [];
  const read = async (): Promise<void> => {
    for await (const { body } of stream) texts.push(String(body));
  };
  return { error: await failureOf(read()), texts };
}

export function describeRequestMany(open: OpenBus): void {
  async function openBoth(outcome: () => Outcome, concurrency = 1) {
    const { topology, exchange, queue } = createRpc();
    const [caller, worker] = [await open(topology), await open(topology)];
    const collected = await collect(worker, queue, { outcome, concurrency });
    const ask = (options?: Partial<RequestManyOptions>, bus: Bus = caller): AsyncIterable<Reply> =>
      bus.requestMany(exchange, createMessage(), patient(options));
    return { ...collected, caller, worker, exchange, queue, ask };
  }

  describe('a request for several replies', () => {
    for (const many of [0, 1, 2, 1000]) {
      it(`iterates over ${many} replies, and ends`, async () => {
        const { ask, caller } = await openBoth(() => replies(() => count(many)));

        expect(await textsOf(ask())).to.deep.equal(numbers(many));

        expect(caller.stats).to.include({ replyStreams: 0, pendingRequests: 0, lateReplies: 0 });
      });
    }

    it('passes on what each reply says of itself', async () => {
      const { ask } = await openBoth(() =>
        replies(async function* () {
          yield { ...part('a'), status: 201, contentType: 'text/csv' };
          yield { ...part('b'), isError: true };
        }),
      );

      const read: Reply[] = [];
      for await (const reply of ask()) read.push(reply);

      expect(read.map(({ body, ...others }) => ({ text: String(body), ...others }))).to.deep.equal([
        { text: 'a', status: 201, kind: 'value', contentType: 'text/csv' },
        { text: 'b', status: undefined, kind: 'error', contentType: 'application/json' },
      ]);
    });

    it('is sent when the iteration begins, and tells the consumer how long it waits', async () => {
      const { ask, deliveries, caller } = await openBoth(() => replies(() => count(1)));
      const unread = ask({ idleMs: 1234 });
      const before = [deliveries.length, caller.stats.replyStreams];

      await textsOf(unread);

      expect(before).to.deep.equal([0, 0]);
      expect(deliveries[0]).to.include({ wantsReply: true, replyIdleMs: 1234 });
    });

    it('keeps that when it is retried', async () => {
      const { topology, exchange, queue } = createRpc();
      const bus = await open(topology);
      await collect(bus, queue, {
        outcome: ({ attempt }) =>
          attempt === 2 ? replies(() => count(3)) : { kind: 'retry', delayMs: 50, reason: 'busy' },
      });

      expect(await textsOf(bus.requestMany(exchange, createMessage(), patient()))).to.deep.equal(numbers(3));
    });

    it('takes the only reply of a consumer that sends one', async () => {
      const { ask, caller } = await openBoth(() => ({ kind: 'reply', body: Buffer.from(''), status: 204 }));

      const read: Reply[] = [];
      for await (const reply of ask()) read.push(reply);

      expect(read).to.have.length(1);
      expect(read[0]).to.include({ status: 204, kind: 'value' });
      expect(caller.stats.replyStreams).to.equal(0);
    });

    it('reads slowly, and its consumer produces no more than the window holds', async function () {
      this.timeout(30_000);
      let produced = 0;
      const { ask } = await openBoth(() =>
        replies(async function* () {
          for (; produced < 100; produced += 1) yield { body: Buffer.alloc(maxPartBytes) };
        }),
      );
      const iterator = ask()[Symbol.asyncIterator]();
      await iterator.next();
      await until(() => produced >= 16);
      await new Promise((resolve) => setTimeout(resolve, 300));
      const ahead = produced;

      let read = 1;
      while (!(await iterator.next()).done) read += 1;

      expect(ahead).to.be.within(16, 18);
      expect(read).to.equal(100);
    });

    it('continues beside one whose reader has stopped reading', async () => {
      const { ask } = await openBoth(() => replies(() => count(100)));
      const stalled = ask()[Symbol.asyncIterator]();
      await stalled.next();

      expect(await textsOf(ask())).to.deep.equal(numbers(100));

      await stalled.return?.();
    });

    it('is one of 200 at once, and one more is refused', async function () {
      this.timeout(60_000);
      const { ask, caller } = await openBoth(() => replies(() => count(20)), 10);
      const options = { ...within(50_000), idleMs: 50_000 };
      const iterators = Array.from({ length: 200 }, () => ask(options)[Symbol.asyncIterator]());
      const first: IteratorResult<Reply>[] = [];
      // One after the other: a busy broker takes seconds to open 200 queues at once.
      for (const each of iterators) first.push(await each.next());

      const refused = failureOf(textsOf(ask()));
      const rest = await Promise.all(
        iterators.map((each) => textsOf({ [Symbol.asyncIterator]: () => each })),
      );

      expect(first.map(({ value }) => String(value?.body))).to.deep.equal(Array(200).fill('0'));
      expect(await refused).to.have.property('code', 'OVERLOADED');
      expect(rest).to.deep.equal(Array.from({ length: 200 }, () => numbers(20).slice(1)));
      expect(caller.stats).to.include({ replyStreams: 0, lateReplies: 0 });
    });
  });

  describe('a request for several replies that is left', () => {
    function endless() {
      const ended = createGate<unknown>();
      let produced = 0;
      const produce: Replies = async function* (signal) {
        try {
          for (; ; produced += 1) yield part(produced);
        } finally {
          ended.open(signal.reason);
        }
      };
      return { ended, produce, produced: () => produced };
    }

    it('by its loop: the consumer stops', async () => {
      const { ended, produce } = endless();
      const { ask, caller } = await openBoth(() => replies(produce));

      for await (const { body } of ask()) if (String(body) === '30') break;

      expect(await ended.passed).to.be.instanceOf(Error);
      expect(caller.stats.replyStreams).to.equal(0);
    });

    it('by its signal: it fails with the reason at once, and the consumer stops', async () => {
      const { ended, produce } = endless();
      const { ask, caller } = await openBoth(() => replies(produce));
      const client = new AbortController();
      const reason = new Error('the client left');
      const iterator = ask({ signal: client.signal })[Symbol.asyncIterator]();
      await iterator.next();

      client.abort(reason);

      expect(await failureOf(iterator.next())).to.equal(reason);
      expect(await iterator.next()).to.deep.equal({ done: true, value: undefined });
      await ended.passed;
      expect(caller.stats.replyStreams).to.equal(0);
    });

    it('while it waits for a reply: it ends at once', async () => {
      const { ask, deliveries, caller, worker } = await openBoth(() => replies(() => silent()));
      const iterator = ask()[Symbol.asyncIterator]();
      const waiting = iterator.next();
      await until(() => deliveries.length === 1);

      await iterator.return?.();

      expect(await waiting).to.deep.equal({ done: true, value: undefined });
      expect(caller.stats.replyStreams).to.equal(0);
      await worker.close({ timeoutMs: 100 });
    });

    it('before it begins: nothing is sent', async () => {
      const { ask, deliveries } = await openBoth(() => replies(() => count(1)));
      const iterator = ask()[Symbol.asyncIterator]();

      await iterator.return?.();

      expect(await iterator.next()).to.deep.equal({ done: true, value: undefined });
      await textsOf(ask());
      expect(deliveries).to.have.length(1);
    });
  });

  describe('a request for several replies that fails', () => {
    it('with NO_WORKER at once when nothing consumes', async () => {
      const { topology, exchange } = createRpc();
      const bus = await open(topology);

      await expectCode(textsOf(bus.requestMany(exchange, createMessage(), patient())), 'NO_WORKER');

      expect(bus.stats.replyStreams).to.equal(0);
    });

    it('with RPC_TIMEOUT when no first reply comes in time', async () => {
      const { ask, worker } = await openBoth(() => never as unknown as Outcome);
      const start = Date.now();

      await expectCode(textsOf(ask(within(300))), 'RPC_TIMEOUT');

      expect(Date.now() - start).to.be.within(295, 1500);
      await worker.close({ timeoutMs: 0 });
    });

    it('when no further reply comes in time, after those that came', async () => {
      const { ask } = await openBoth(() =>
        replies(async function* () {
          yield part(0);
          yield part(1);
          await never;
        }),
      );

      const { texts, error } = await readToFailure(ask({ idleMs: 300 }));

      expect(texts).to.deep.equal(['0', '1']);
      expect(error).to.have.property('code').that.is.oneOf(['RPC_TIMEOUT', 'WORKER_ERROR']);
    });

    it('with WORKER_ERROR when the iterator throws', async () => {
      const { ask, caller } = await openBoth(() =>
        replies(async function* () {
          yield part(0);
          throw new Error('no more');
        }),
      );

      const { texts, error } = await readToFailure(ask());

      expect(texts).to.deep.equal(['0']);
      expect(error).to.have.property('code', 'WORKER_ERROR');
      expect(caller.stats.replyStreams).to.equal(0);
    });

    it('with WORKER_ERROR when a reply is too long', async () => {
      const { ask } = await openBoth(() =>
        replies(async function* () {
          yield part(0);
          yield { body: Buffer.alloc(maxPartBytes + 1) };
        }),
      );

      expect((await readToFailure(ask())).error).to.have.property('code', 'WORKER_ERROR');
    });

    it('with WORKER_ERROR when its worker closes, and the iterator ends', async () => {
      const ended = createGate();
      const { ask, worker } = await openBoth(() =>
        replies(async function* (signal) {
          try {
            yield part(0);
            await new Promise((resolve) => signal.addEventListener('abort', resolve));
          } finally {
            ended.open();
          }
        }),
      );
      const iterator = ask()[Symbol.asyncIterator]();
      await iterator.next();

      await worker.close({ timeoutMs: 300 });

      await expectCode(iterator.next(), 'WORKER_ERROR');
      await ended.passed;
    });

    it('with RPC_TIMEOUT when its bus closes', async () => {
      const { ask, caller } = await openBoth(() =>
        replies(async function* () {
          yield part(0);
          await never;
        }),
      );
      const iterator = ask()[Symbol.asyncIterator]();
      await iterator.next();

      const next = failureOf(iterator.next());
      await caller.close({ timeoutMs: 100 });

      expect(await next).to.have.property('code', 'RPC_TIMEOUT');
    });

    it('with a RangeError when idleMs is not a positive integer', async () => {
      const { ask } = await openBoth(() => replies(() => count(1)));

      for (const idleMs of [0, -1, 0.5, Number.NaN]) expect(() => ask({ idleMs })).to.throw(RangeError);
    });
  });

  describe('a consumer that sends several replies', () => {
    it('fails a request for one with BAD_REPLY at once, and produces none', async () => {
      let isCalled = false;
      const { caller, exchange } = await openBoth(() =>
        replies(() => {
          isCalled = true;
          return count(1);
        }),
      );
      const start = Date.now();

      await expectCode(caller.request(exchange, createMessage(), within()), 'BAD_REPLY');

      expect(Date.now() - start).to.be.lessThan(1500);
      expect(isCalled).to.equal(false);
      expect(caller.stats).to.include({ pendingRequests: 0, lateReplies: 0 });
    });

    it('settles the request before the first', async () => {
      const { ask, deliveries, worker, caller, queue } = await openBoth(() =>
        replies(async function* () {
          yield part(0);
          await never;
        }),
      );
      const iterator = ask()[Symbol.asyncIterator]();
      await iterator.next();

      await worker.close({ timeoutMs: 100 });

      await failureOf(iterator.next());
      const other = await collect(caller, queue, { outcome: () => replies(() => count(1)) });
      await textsOf(ask());
      expect([deliveries.length, other.deliveries.length]).to.deep.equal([1, 1]);
    });

    it('holds a part of the prefetch for none of them', async () => {
      const gate = createGate();
      const { ask, deliveries } = await openBoth(() =>
        replies(async function* () {
          yield part(0);
          await gate.passed;
        }),
      );

      const reading = Array.from({ length: 10 }, () => textsOf(ask()));
      await until(() => deliveries.length === 10);
      gate.open();

      expect(await Promise.all(reading)).to.deep.equal(Array.from({ length: 10 }, () => ['0']));
    });
  });
}

function silent(): AsyncIterable<PartialReply> {
  return { [Symbol.asyncIterator]: () => ({ next: () => never }) };
}
