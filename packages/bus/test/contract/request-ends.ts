import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import type { Outcome } from '../../src/contract/message.ts';
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

const reply: Outcome = { kind: 'reply', body: Buffer.from('{}') };

export function describeRequestEnds(open: OpenBus): void {
  describe('a request that gets no reply', () => {
    it('fails with RPC_TIMEOUT at its deadline', async () => {
      const { topology, exchange, queue } = createRpc();
      const bus = await open(topology);
      await collect(bus, queue, { outcome: () => never });
      const start = Date.now();

      await expectCode(bus.request(exchange, createMessage(), within(300)), 'RPC_TIMEOUT');

      expect(Date.now() - start).to.be.within(295, 1000);
      expect(bus.stats.pendingRequests).to.equal(0);
      await bus.close({ timeoutMs: 0 });
    });

    it('fails with RPC_TIMEOUT at once, unsent, when its deadline has passed', async () => {
      const { topology, exchange, queue } = createRpc();
      const bus = await open(topology);
      const collected = await collect(bus, queue, { outcome: () => reply });
      const start = Date.now();

      await expectCode(bus.request(exchange, createMessage('late'), within(-1)), 'RPC_TIMEOUT');

      expect(Date.now() - start).to.be.lessThan(500);
      await bus.request(exchange, createMessage('next'), within());
      expect(collected.texts()).to.deep.equal(['next']);
    });

    for (const [where, prefetch] of [
      ['in the queue', 1],
      ['with a busy consumer', 10],
    ] as const) {
      it(`is not executed after it expired ${where}`, async () => {
        const { topology, exchange, queue } = createRpc();
        const bus = await open(topology);
        const gate = createGate();
        const busy = await collect(bus, queue, { prefetch, outcome: () => gate.passed.then(() => reply) });
        const first = bus.request(exchange, createMessage('first'), within());
        await until(() => busy.deliveries.length === 1);

        await expectCode(bus.request(exchange, createMessage('expired'), within(200)), 'RPC_TIMEOUT');
        const idle = await collect(bus, queue, { outcome: () => reply });
        gate.open();
        await first;
        await bus.request(exchange, createMessage('next'), within());

        expect([...busy.texts(), ...idle.texts()]).to.deep.equal(['first', 'next']);
      });
    }

    it('does no harm when the reply comes late', async () => {
      const { topology, exchange, queue } = createRpc();
      const bus = await open(topology);
      const gate = createGate();
      await collect(bus, queue, {
        outcome: async ({ body }) => {
          if (String(body) === 'slow') await gate.passed;
          return reply;
        },
      });
      await expectCode(bus.request(exchange, createMessage('slow'), within(200)), 'RPC_TIMEOUT');

      gate.open();

      await until(() => bus.stats.lateReplies === 1);
      await bus.request(exchange, createMessage('next'), within());
      expect(bus.stats).to.include({ lateReplies: 1, pendingRequests: 0 });
    });

    it('fails with RPC_TIMEOUT when its bus closes', async () => {
      const { topology, exchange, queue } = createRpc();
      const [caller, worker] = [await open(topology), await open(topology)];
      const { deliveries } = await collect(worker, queue, { outcome: () => never });
      const request = expectCode(caller.request(exchange, createMessage(), within()), 'RPC_TIMEOUT');
      await until(() => deliveries.length === 1);

      await caller.close({ timeoutMs: 50 });

      await request;
      expect(caller.stats.pendingRequests).to.equal(0);
      await worker.close({ timeoutMs: 0 });
    });
  });

  describe('requests that are late', () => {
    it('are counted', async () => {
      const { topology, exchange, queue } = createRpc();
      const bus = await open(topology);
      const gate = createGate();
      const collected = await collect(bus, queue, {
        prefetch: 3,
        outcome: () => gate.passed.then(() => reply),
      });
      const busy = bus.request(exchange, createMessage('busy'), within());
      await until(() => collected.deliveries.length === 1);
      const late = ['1', '2'].map((text) =>
        expectCode(bus.request(exchange, createMessage(text), within(200)), 'RPC_TIMEOUT'),
      );
      await Promise.all(late);

      gate.open();

      await busy;
      await until(() => bus.stats.lateRequests === 2);
      expect(collected.texts()).to.deep.equal(['busy']);
    });
  });

  describe('a request whose caller has gone', () => {
    it('fails with the reason of the signal', async () => {
      const { topology, exchange, queue } = createRpc();
      const bus = await open(topology);
      const gate = createGate();
      const { deliveries } = await collect(bus, queue, { outcome: () => gate.passed.then(() => reply) });
      const caller = new AbortController();
      const reason = new Error('the client left');
      const request = failureOf(
        bus.request(exchange, createMessage(), { ...within(), signal: caller.signal }),
      );
      await until(() => deliveries.length === 1);

      caller.abort(reason);

      expect(await request).to.equal(reason);
      expect(bus.stats.pendingRequests).to.equal(0);
      gate.open();
      await until(() => bus.stats.lateReplies === 1);
    });

    it('fails with the reason, unsent, when the signal had aborted before', async () => {
      const { topology, exchange, queue } = createRpc();
      const bus = await open(topology);
      const collected = await collect(bus, queue, { outcome: () => reply });
      const reason = new Error('the client left');
      const signal = AbortSignal.abort(reason);

      const error = await failureOf(bus.request(exchange, createMessage('gone'), { ...within(), signal }));

      expect(error).to.equal(reason);
      expect(bus.stats.pendingRequests).to.equal(0);
      await bus.request(exchange, createMessage('next'), within());
      expect(collected.texts()).to.deep.equal(['next']);
    });

    it('is answered when the signal aborts afterwards', async () => {
      const { topology, exchange, queue } = createRpc();
      const bus = await open(topology);
      await collect(bus, queue, { outcome: () => reply });
      const caller = new AbortController();

      const answer = await bus.request(exchange, createMessage(), { ...within(), signal: caller.signal });
      caller.abort(new Error('too late'));

      expect(String(answer.body)).to.equal('{}');
    });
  });
}
