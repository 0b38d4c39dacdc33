import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import type { Outcome } from '../../src/contract/message.ts';
import {
  ack,
  collect,
  createEvents,
  createGate,
  createMessage,
  createRpc,
  expectCode,
  failureOf,
  never,
  publishAll,
  within,
} from './fixtures.ts';
import type { OpenBus } from './fixtures.ts';

const reply = (body: Uint8Array | string, status?: number): Outcome => ({
  kind: 'reply',
  body: Buffer.from(body),
  ...(status !== undefined && { status }),
});

export function describeRequests(open: OpenBus): void {
  describe('a request', () => {
    it('resolves with the bytes that a consumer replied', async () => {
      const { topology, exchange, queue } = createRpc();
      const [caller, worker] = [await open(topology), await open(topology)];
      const body = Buffer.from(Array.from({ length: 256 }, (_, i) => i));
      await collect(worker, queue, { outcome: ({ body }) => reply(body) });

      const answer = await caller.request(exchange, createMessage(body), within());

      expect(answer.body.equals(body)).to.equal(true);
      expect(answer.status).to.equal(undefined);
      expect(caller.stats).to.include({ pendingRequests: 0, lateReplies: 0 });
    });

    it('tells the consumer that a reply is expected, and until when', async () => {
      const { topology, exchange, queue } = createRpc();
      const bus = await open(topology);
      const options = within(5000);
      const message = createMessage('{}', { 'x-request-id': 'r1' });
      const { deliveries } = await collect(bus, queue, { outcome: () => reply('{}') });

      await bus.request(exchange, message, options);

      expect(deliveries[0]).to.include({
        ...options,
        messageId: message.messageId,
        wantsReply: true,
        attempt: 1,
        redelivered: false,
      });
      expect(deliveries[0]?.headers).to.deep.equal(message.headers);
    });

    for (const [given, received] of [
      [100, 100],
      [404, 404],
      [599, 599],
      [undefined, undefined],
      [99, 'invalid'],
      [600, 'invalid'],
      [200.5, 'invalid'],
    ] as const) {
      it(`resolves with the status ${received} when the reply says ${given}`, async () => {
        const { topology, exchange, queue } = createRpc();
        const bus = await open(topology);
        await collect(bus, queue, { outcome: () => reply('{}', given) });

        const { status } = await bus.request(exchange, createMessage(), within());

        expect(status).to.equal(received);
      });
    }

    for (const [isError, kind] of [
      [true, 'error'],
      [false, 'value'],
      [undefined, 'value'],
    ] as const) {
      it(`is told that the reply is of the kind ${kind} when its isError is ${isError}`, async () => {
        const { topology, exchange, queue } = createRpc();
        const bus = await open(topology);
        const outcome: Outcome = {
          kind: 'reply',
          body: Buffer.from('{}'),
          ...(isError !== undefined && { isError }),
        };
        await collect(bus, queue, { outcome: () => outcome });

        expect(await bus.request(exchange, createMessage(), within())).to.include({ kind });
      });
    }

    it('is told the media type and the HTTP headers of the reply, whose body is passed on as it is', async () => {
      const { topology, exchange, queue } = createRpc();
      const [caller, worker] = [await open(topology), await open(topology)];
      const body = Buffer.from([0xff, 0x00, 0x0d, 0x0a]);
      const httpHeaders = { etag: '"7"', link: '</a>; rel="next"' };
      await collect(worker, queue, {
        outcome: ({ body: asked }) => ({
          kind: 'reply',
          ...(String(asked) === 'csv'
            ? { body, contentType: 'text/csv', httpHeaders }
            : { body: Buffer.from('1') }),
        }),
      });

      const csv = await caller.request(exchange, createMessage('csv'), within());
      const json = await caller.request(exchange, createMessage('json'), within());

      expect(csv.body.equals(body)).to.equal(true);
      expect(csv.contentType).to.equal('text/csv');
      expect({ ...csv.httpHeaders }).to.deep.equal(httpHeaders);
      expect(json.contentType).to.equal('application/json');
      expect(json).to.not.have.property('httpHeaders');
    });

    it('is told how long the worker took if the reply says so, and when the broker has it', async () => {
      const { topology, exchange, queue } = createRpc();
      const bus = await open(topology);
      const took = createGate();
      let confirmed = 0;
      const outcome = async (): Promise<Outcome> => {
        await took.passed;
        return { kind: 'reply', body: Buffer.from('{}'), workerMs: 12.5 };
      };
      await collect(bus, queue, { outcome });

      const answer = bus.request(exchange, createMessage(), {
        ...within(),
        onConfirm: () => (confirmed += 1),
      });
      await until(() => confirmed === 1);
      took.open();

      expect(await answer).to.include({ workerMs: 12.5 });
      expect(confirmed).to.equal(1);
    });

    it('gets its own reply among 200 that are answered in reverse', async () => {
      const { topology, exchange, queue } = createRpc();
      const bus = await open(topology);
      const held: (() => void)[] = [];
      await collect(bus, queue, {
        concurrency: 200,
        prefetch: 200,
        outcome: async ({ body }) => {
          const gate = createGate();
          held.push(gate.open);
          await gate.passed;
          return reply(`re: ${String(body)}`);
        },
      });

      const requests = Array.from({ length: 200 }, (_, i) =>
        bus.request(exchange, createMessage(String(i)), within()),
      );
      await until(() => held.length === 200);
      const pending = bus.stats.pendingRequests;
      for (const release of held.toReversed()) release();

      const replies = await Promise.all(requests);
      expect(pending).to.equal(200);
      expect(replies.map(({ body }) => String(body))).to.deep.equal(replies.map((_, i) => `re: ${i}`));
      expect(bus.stats.pendingRequests).to.equal(0);
    });

    it('gets its reply even when that is faster than the confirm of the request', async () => {
      const { topology, exchange, queue } = createRpc();
      const [caller, worker] = [await open(topology), await open(topology)];
      await collect(worker, queue, {
        concurrency: 50,
        prefetch: 500,
        outcome: ({ body }) => reply(body),
      });

      const replies = await Promise.all(
        Array.from({ length: 1000 }, (_, i) => caller.request(exchange, createMessage(String(i)), within())),
      );

      expect(replies.map(({ body }) => String(body))).to.deep.equal(replies.map((_, i) => String(i)));
      expect(caller.stats).to.include({ pendingRequests: 0, lateReplies: 0, unconfirmed: 0 });
    });

    it('may be retried before it is answered', async () => {
      const { topology, exchange, queue } = createRpc();
      const bus = await open(topology);
      await collect(bus, queue, {
        outcome: ({ attempt }) =>
          attempt === 2 ? reply('second') : { kind: 'retry', delayMs: 50, reason: 'busy' },
      });

      const { body } = await bus.request(exchange, createMessage(), within());

      expect(String(body)).to.equal('second');
    });

    it('keeps its deadline when another consumer retries it', async () => {
      const { topology, exchange, queue } = createRpc();
      const [bus, other] = [await open(topology), await open(topology)];
      const first = await collect(bus, queue, {
        outcome: () => ({ kind: 'retry', delayMs: 1000, reason: 'busy' }),
      });
      const { deadlineEpochMs } = within(3000);
      const answered = bus.request(exchange, createMessage(), { deadlineEpochMs });
      await until(() => first.deliveries.length === 1);
      await first.subscription.close();

      const second = await collect(other, queue, { outcome: () => reply('second') });

      expect(String((await answered).body)).to.equal('second');
      expect(second.deliveries[0]?.attempt).to.equal(2);
      expect(second.deliveries[0]?.deadlineEpochMs).to.be.within(deadlineEpochMs - 1, deadlineEpochMs + 400);
    });

    it('may be requeued before it is answered', async () => {
      const { topology, exchange, queue } = createRpc();
      const bus = await open(topology);
      await collect(bus, queue, {
        outcome: ({ redelivered }) => (redelivered ? reply('second') : { kind: 'requeue' }),
      });

      const { body } = await bus.request(exchange, createMessage(), within());

      expect(String(body)).to.equal('second');
    });

    it('fails with NO_WORKER at once when nothing consumes', async () => {
      const { topology, exchange } = createRpc();
      const bus = await open(topology);
      const start = Date.now();

      await expectCode(bus.request(exchange, createMessage(), within()), 'NO_WORKER');

      expect(Date.now() - start).to.be.lessThan(500);
      expect(bus.stats.pendingRequests).to.equal(0);
    });

    for (const [what, calls] of [
      ['one reply', 1],
      ['many replies one by one', 50],
    ] as const) {
      it(`fails with NO_WORKER as soon as the last consumer has gone, right after ${what}`, async () => {
        const { topology, exchange, queue } = createRpc();
        const [caller, worker] = [await open(topology), await open(topology)];
        const { subscription } = await collect(worker, queue, { outcome: () => reply('{}') });
        for (let i = 0; i < calls; i += 1) await caller.request(exchange, createMessage(), within());

        await subscription.close();

        await expectCode(caller.request(exchange, createMessage(), within()), 'NO_WORKER');
      });
    }

    it('fails with NO_WORKER among those that a worker has left behind', async () => {
      const { topology, exchange, queue } = createRpc();
      const [caller, worker] = [await open(topology), await open(topology)];
      let answered = 0;
      const outcome = () => ((answered += 1) > 50 ? never : reply('{}'));
      const { subscription } = await collect(worker, queue, { outcome, concurrency: 100 });
      const ask = () => caller.request(exchange, createMessage(), within());
      const asked = Promise.allSettled(Array.from({ length: 80 }, ask));
      await until(() => answered === 80);

      void subscription.close(); // It waits for a handler that never ends.

      await until(async () => {
        await expectCode(caller.request(exchange, createMessage(), within(500)), 'NO_WORKER');
        return true;
      });
      expect(caller.stats.pendingRequests).to.equal(30);
      await Promise.all([caller, worker].map((bus) => bus.close({ timeoutMs: 200 })));
      await asked;
    });

    it('is answered soon after the first consumer has come', async () => {
      const { topology, exchange, queue } = createRpc();
      const bus = await open(topology);
      await expectCode(bus.request(exchange, createMessage(), within()), 'NO_WORKER');

      await collect(bus, queue, { outcome: () => reply('here') });

      const { body } = await until(() => bus.request(exchange, createMessage(), within(500)));
      expect(String(body)).to.equal('here');
    });

    it('fails with UNROUTABLE when no queue is bound, or there is no such exchange', async () => {
      const exchange = `contract/${randomUUID()}:GET`;
      const bus = await open({ exchanges: [{ name: exchange, type: 'direct' }], queues: [], bindings: [] });

      await expectCode(bus.request(exchange, createMessage(), within()), 'UNROUTABLE');
      await expectCode(bus.request('no-such-exchange', createMessage(), within()), 'UNROUTABLE');

      expect(bus.status.state).to.equal('up');
      expect(bus.stats).to.include({ pendingRequests: 0, reconnects: 0 });
    });

    it('is refused with a TypeError when its message cannot be sent', async () => {
      const { topology, exchange, queue } = createRpc();
      const bus = await open(topology);
      await collect(bus, queue, { outcome: () => reply('{}') });

      const error = await failureOf(
        bus.request(exchange, createMessage('{}', { CC: 'other-queue' }), within()),
      );

      expect(error).to.be.instanceOf(TypeError);
      expect(bus.stats.pendingRequests).to.equal(0);
      await bus.request(exchange, createMessage(), within());
    });
  });

  describe('a reply to an event', () => {
    it('settles it', async () => {
      const { topology, exchange, queue } = createEvents();
      const [first, second] = [await open(topology), await open(topology)];
      const replied = await collect(first, queue, { outcome: () => reply('{}') });
      await publishAll(second, exchange, ['1']);
      await until(() => replied.deliveries.length === 1);

      await first.close();

      const later = await collect(second, queue, { outcome: () => ack });
      await publishAll(second, exchange, ['2']);
      await until(() => later.deliveries.length > 0);
      expect(later.texts()).to.deep.equal(['2']);
    });
  });
}
