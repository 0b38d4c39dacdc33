import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import type { BusErrorCode } from '../../src/contract/errors.ts';
import type { Outcome, PartialReply, Reply } from '../../src/contract/message.ts';
import type { Bus } from '../../src/contract/bus.ts';
import {
  collect,
  createGate,
  createMessage,
  createRpc,
  expectCode,
  failureOf,
  within,
} from '../contract/fixtures.ts';
import { openBrokerProxy, openForeignChannel, openUpBus, untilUp, urlThrough } from './fixtures.ts';

const ask = (bus: Bus, exchange: string, idleMs = 3000): AsyncIterator<Reply> =>
  bus.requestMany(exchange, createMessage(), { ...within(), idleMs })[Symbol.asyncIterator]();

/** Replies for as long as it is allowed to. */
function createEndless() {
  const ended = createGate<unknown>();
  let produced = 0;
  async function* produce(signal: AbortSignal): AsyncGenerator<PartialReply> {
    try {
      for (; ; produced += 1) {
        yield { body: Buffer.from(String(produced)) };
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    } finally {
      ended.open(signal.reason);
    }
  }
  const outcome = (): Outcome => ({ kind: 'replies', replies: produce });
  return { ended, outcome };
}

/** Reads until it fails; the replies must be complete up to there. */
async function readToFailure(iterator: AsyncIterator<Reply>, from: number): Promise<unknown> {
  for (let i = from; ; i += 1) {
    const next = await iterator.next().catch((error: unknown) => ({ error }));
    if ('error' in next) return next.error;
    if (next.done) throw new Error('it ended');
    expect(String(next.value.body)).to.equal(String(i));
  }
}

describe('several replies over RabbitMQ', () => {
  it('fail when the worker loses its connection between two, and its work stops', async () => {
    const { topology, exchange, queue } = createRpc();
    const proxy = await openBrokerProxy();
    const caller = await openUpBus(topology);
    const worker = await openUpBus(topology, { urls: [urlThrough(proxy)] });
    const { ended, outcome } = createEndless();
    const { deliveries } = await collect(worker, queue, { outcome });
    const iterator = ask(caller, exchange);
    await iterator.next();

    proxy.cut();

    expect(await readToFailure(iterator, 1)).to.have.property('code', 'WORKER_ERROR');
    await ended.passed;
    await untilUp(worker);
    expect(deliveries).to.have.length(1);
  });

  it('fail when the worker dies', async () => {
    const { topology, exchange, queue } = createRpc();
    const proxy = await openBrokerProxy();
    const caller = await openUpBus(topology);
    const worker = await openUpBus(topology, { urls: [urlThrough(proxy)] });
    const { outcome } = createEndless();
    await collect(worker, queue, { outcome });
    const iterator = ask(caller, exchange, 500);
    await iterator.next();

    proxy.refuse();
    proxy.cut();

    expect(await readToFailure(iterator, 1)).to.have.property('code', 'RPC_TIMEOUT');
    expect(caller.stats.replyStreams).to.equal(0);
  });

  it('fail when the reader loses its connection, and the worker stops', async () => {
    const { topology, exchange, queue } = createRpc();
    const proxy = await openBrokerProxy();
    const caller = await openUpBus(topology, { urls: [urlThrough(proxy)] });
    const worker = await openUpBus(topology);
    const { ended, outcome } = createEndless();
    await collect(worker, queue, { outcome });
    const iterator = ask(caller, exchange);
    await iterator.next();

    proxy.cut();

    expect(await readToFailure(iterator, 1)).to.have.property('code', 'RPC_TIMEOUT');
    await ended.passed;
    await untilUp(caller);
    const again = ask(caller, exchange);
    expect(await again.next()).to.have.property('done', false);
    await again.return?.();
  });

  it('leave no queue behind when the reader stops', async () => {
    const { topology, exchange, queue } = createRpc();
    const caller = await openUpBus(topology);
    const channel = await openForeignChannel();
    const asked = createGate<string>();
    await channel.consume(queue, (request) => asked.open(String(request?.properties.replyTo)), {
      noAck: true,
    });
    let isReturned = false;
    channel.on('return', () => (isReturned = true));
    const iterator = ask(caller, exchange);
    const next = iterator.next();
    const replyTo = await asked.passed;

    await iterator.return?.();

    expect(await next).to.have.property('done', true);
    await until(() => {
      channel.publish('RPC', replyTo, Buffer.from('{}'), { mandatory: true });
      return isReturned;
    });
  });

  describe('from a worker of another program', () => {
    async function openForeign(answer: (send: Send) => void) {
      const { topology, exchange, queue } = createRpc();
      const caller = await openUpBus(topology);
      const channel = await openForeignChannel();
      await channel.consume(
        queue,
        (request) => {
          if (!request) return;
          const { replyTo = '', correlationId } = request.properties;
          answer(
            (body, headers) =>
              void channel.publish('RPC', String(replyTo), Buffer.from(body), { correlationId, headers }),
          );
        },
        { noAck: true },
      );
      return { caller, exchange };
    }

    type Send = (body: string, headers: Record<string, unknown>) => void;

    it('are read as they are numbered, without the duplicates', async () => {
      const { caller, exchange } = await openForeign((send) => {
        for (const seq of [0, 1, 1, 0, 2]) send(`${seq}`, { 'x-seq': seq, 'x-more': true });
        send('last', { 'x-seq': 3, status: 201 });
      });
      const iterator = ask(caller, exchange);
      const read: string[] = [];

      for (let next = await iterator.next(); !next.done; next = await iterator.next())
        read.push(String(next.value.body));

      expect(read).to.deep.equal(['0', '1', '2', 'last']);
    });

    it('fail with BAD_REPLY when one is missing', async () => {
      const { caller, exchange } = await openForeign((send) => {
        for (const seq of [0, 2]) send(`${seq}`, { 'x-seq': seq, 'x-more': true });
      });
      const iterator = ask(caller, exchange);
      await iterator.next();

      await expectCode(iterator.next(), 'BAD_REPLY');
    });

    it('fail with WORKER_ERROR when they end with an error that has no body', async () => {
      const { caller, exchange } = await openForeign((send) => send('', { 'x-seq': 0, 'x-reply': 'error' }));

      await expectCode(ask(caller, exchange).next(), 'WORKER_ERROR');
    });

    it('fail a request for one with BAD_REPLY, and the others count as late', async () => {
      const { caller, exchange } = await openForeign((send) => {
        for (const seq of [0, 1, 2]) send(`${seq}`, { 'x-seq': seq, 'x-more': seq < 2 });
      });

      const error = await failureOf(caller.request(exchange, createMessage(), within()));

      expect(error).to.have.property('code', 'BAD_REPLY' satisfies BusErrorCode);
      await until(() => caller.stats.lateReplies === 2);
    });
  });
});
