import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import {
  ack,
  collect,
  createEvents,
  createMessage,
  createRpc,
  expectCode,
  publishAll,
  within,
} from './fixtures.ts';
import type { OpenBus } from './fixtures.ts';

export function describeDeadLetters(open: OpenBus): void {
  describe('a dead letter', () => {
    it('is the rejected message, with the reason, the queue, the attempts and the time', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      const message = createMessage('\u0000{"a":1.0}', { 'x-request-id': 'r1' });
      await collect(bus, queue, { outcome: () => ({ kind: 'reject', reason: 'größer als erlaubt' }) });
      const dead = await collect(bus, `${queue}.dead`);

      await bus.publish(exchange, message, within());

      const letter = await until(() => dead.deliveries[0]);
      expect(letter).to.include({ messageId: message.messageId, type: message.type, wantsReply: false });
      expect(letter.body.equals(message.body)).to.equal(true);
      const { 'x-dead-at': diedAt, ...headers } = letter.headers;
      expect(diedAt).to.be.within(message.timestampMs, Date.now());
      expect(headers).to.deep.equal({
        'x-request-id': 'r1',
        'x-dead-reason': 'größer als erlaubt',
        'x-dead-queue': queue,
        'x-attempts': 1,
      });
    });

    it('states how many attempts were made', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      await collect(bus, queue, {
        outcome: ({ attempt }) =>
          attempt === 3
            ? { kind: 'reject', reason: 'enough' }
            : { kind: 'retry', delayMs: 1, reason: 'again' },
      });
      const dead = await collect(bus, `${queue}.dead`);

      await publishAll(bus, exchange, ['x']);

      const letter = await until(() => dead.deliveries[0]);
      expect(letter.headers).to.include({ 'x-dead-reason': 'enough', 'x-attempts': 3 });
    });

    it('belongs to the queue that rejected it, not to the others', async () => {
      const { topology, exchange, queues } = createEvents({ queues: 2 });
      const [first = '', second = ''] = queues;
      const bus = await open(topology);
      await collect(bus, first, { outcome: () => ({ kind: 'reject', reason: 'no' }) });
      const accepted = await collect(bus, second);
      const dead = [await collect(bus, `${first}.dead`), await collect(bus, `${second}.dead`)];

      await publishAll(bus, exchange, ['1', '2']);

      await until(() => dead[0]?.deliveries.length === 2 && accepted.deliveries.length === 2);
      expect(dead[1]?.deliveries).to.deep.equal([]);
    });

    it('is each message whose handler rejects, while the others proceed', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      const accepted = await collect(bus, queue, {
        outcome: ({ body }) => {
          if (String(body) === 'poison') throw new Error('cannot read it');
          return ack;
        },
      });
      const dead = await collect(bus, `${queue}.dead`);

      await publishAll(bus, exchange, ['1', 'poison', '2']);

      const letter = await until(() => dead.deliveries[0]);
      await until(() => accepted.texts().includes('2'));
      expect(String(letter.body)).to.equal('poison');
      expect(letter.headers).to.include({ 'x-dead-reason': 'cannot read it', 'x-attempts': 1 });
      expect(accepted.texts()).to.deep.equal(['1', 'poison', '2']);
    });

    it('is every message of a batch that got the wrong number of outcomes', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      await publishAll(bus, exchange, ['1', '2', '3']);
      const dead = await collect(bus, `${queue}.dead`);

      bus.consume(queue, async () => [ack], { batchSize: 3, batchWaitMs: 2000 });

      await until(() => dead.deliveries.length === 3);
      expect(dead.texts()).to.deep.equal(['1', '2', '3']);
    });

    it('has its reason cut when that is too long for a header', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      const reason = `line 1\nline 2 ${'ä'.repeat(100_000)}`;
      await collect(bus, queue, { outcome: () => ({ kind: 'reject', reason }) });
      const dead = await collect(bus, `${queue}.dead`);

      await publishAll(bus, exchange, ['x']);

      const letter = await until(() => dead.deliveries[0]);
      const cut = String(letter.headers['x-dead-reason']);
      expect(cut).to.have.length.within(100, 10_000);
      expect(reason.startsWith(cut.slice(0, 100))).to.equal(true);
    });

    it('goes back to its own queue when it is requeued, any number of times', async () => {
      const { topology, exchange, queue } = createEvents({ deliveryLimit: 1 });
      const bus = await open(topology);
      await collect(bus, queue, { outcome: () => ({ kind: 'reject', reason: 'no' }) });
      let seen = 0;
      const dead = await collect(bus, `${queue}.dead`, {
        outcome: () => {
          seen += 1;
          return seen < 5 ? { kind: 'requeue' } : ack;
        },
      });

      await publishAll(bus, exchange, ['x']);

      await until(() => dead.deliveries.length === 5);
      expect(dead.deliveries[4]?.headers).to.include({ 'x-dead-reason': 'no', 'x-dead-queue': queue });
    });

    it('is not lost when it is rejected once more', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      await collect(bus, queue, { outcome: () => ({ kind: 'reject', reason: 'no' }) });
      const { deliveries } = await collect(bus, `${queue}.dead`, {
        outcome: ({ redelivered }) => (redelivered ? ack : { kind: 'reject', reason: 'no, again' }),
      });

      await publishAll(bus, exchange, ['x']);

      await until(() => deliveries.length === 2);
      expect(deliveries[1]?.messageId).to.equal(deliveries[0]?.messageId);
    });

    it('is not made of a rejected request, whose caller gets RPC_TIMEOUT', async () => {
      const { topology, exchange, queue } = createRpc();
      const bus = await open(topology);
      const { deliveries } = await collect(bus, queue, { outcome: () => ({ kind: 'reject', reason: 'no' }) });

      await expectCode(bus.request(exchange, createMessage(), within(300)), 'RPC_TIMEOUT');

      expect(deliveries).to.have.length(1);
    });
  });
}
