import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import type { Bus } from '../../src/contract/bus.ts';
import type { Topology } from '@restmapper/core';
import { collect, createEvents, createMessage, expectCode, publishAll, within } from './fixtures.ts';
import type { OpenBus } from './fixtures.ts';

/** Long enough for an exchange to be looked up again. */
const soon = { timeoutMs: 20_000 };

/** Events whose queue is also bound to a topic exchange of another application, and its topology. */
function createForeign() {
  const { topology, exchange, queue } = createEvents();
  const name = `foreign/${randomUUID()}`;
  const beside = `${name}:beside`;
  const ours: Topology = {
    ...topology,
    foreign: { exchanges: [name], bindings: [{ exchange: name, queue, routingKey: 'order.#' }] },
  };
  const theirs: Topology = {
    exchanges: [{ name, type: 'topic' }],
    queues: [{ kind: 'rpc', name: beside }],
    bindings: [{ exchange: name, queue: beside, routingKey: '#' }],
  };
  return { ours, theirs, exchange, queue, foreign: name, beside };
}

export function describeForeignExchanges(open: OpenBus): void {
  describe('an exchange of others', function () {
    this.timeout(30_000);

    it('is bound when it is there', async () => {
      const { ours, theirs, queue, foreign } = createForeign();
      const them = await open(theirs);
      const us = await open(ours);
      const collected = await collect(us, queue);
      await until(() => us.unavailable.length === 0);

      for (const routingKey of ['order.new', 'user.new', 'order'])
        await them.publish(foreign, createMessage(routingKey), { ...within(), routingKey });

      await until(() => collected.texts().includes('order'));
      expect(collected.texts()).to.deep.equal(['order.new', 'order']);
    });

    it('is reported as unavailable while it is missing, and bound once it exists', async () => {
      const { ours, theirs, exchange, queue, foreign } = createForeign();
      const us = await open(ours);
      const collected = await collect(us, queue);
      const reason = `the exchange ${foreign} does not exist`;
      const expected = [{ kind: 'exchange', name: foreign, reason }];
      await until(() => us.unavailable[0]?.reason === reason);

      await publishAll(us, exchange, ['ours']);
      await until(() => collected.texts().includes('ours'));
      expect(us.unavailable).to.deep.equal(expected);
      const them = await open(theirs);
      await until(() => us.unavailable.length === 0, soon);
      await them.publish(foreign, createMessage('theirs'), { ...within(), routingKey: 'order' });

      await until(() => collected.texts().includes('theirs'));
      expect(us.stats.reconnects).to.equal(0);
    });

    it('is bound by the headers of messages if it is a headers exchange', async () => {
      const { ours, theirs, queue, foreign } = createForeign();
      const types: Topology = { ...theirs, exchanges: [{ name: foreign, type: 'headers' }] };
      const rule = { routingKey: '', arguments: { kind: 'order', region: 'eu' } };
      const bindings = [
        { exchange: foreign, queue, ...rule },
        { exchange: foreign, queue, routingKey: '', arguments: { urgent: 1, 'x-match': 'any' } },
      ];
      const them = await open({ ...types, bindings: [] });
      const us = await open({ ...ours, foreign: { exchanges: [foreign], bindings } });
      const collected = await collect(us, queue);
      await until(() => us.unavailable.length === 0);

      const send = (text: string, headers: Record<string, string | number>) =>
        them.publish(foreign, createMessage(text, headers), within());
      await expectCode(send('one of two', { kind: 'order' }), 'UNROUTABLE');
      await send('both', { kind: 'order', region: 'eu', more: 1 });
      await send('any', { urgent: 1 });

      await until(() => collected.deliveries.length === 2);
      expect(collected.texts()).to.deep.equal(['both', 'any']);
    });

    it('can be published to, and fails with NOT_DECLARED while it is missing', async () => {
      const { ours, theirs, foreign, beside } = createForeign();
      const us = await open(ours);

      await expectCode(us.publish(foreign, createMessage('1'), within()), 'NOT_DECLARED');

      const collected = await collect(await open(theirs), beside);
      await until(() => us.unavailable.length === 0, soon);
      await us.publish(foreign, createMessage('2'), { ...within(), routingKey: 'x' });
      await until(() => collected.deliveries.length > 0);
      expect(collected.texts()).to.deep.equal(['2']);
    });
  });
  describe('a queue of others', function () {
    this.timeout(30_000);

    it('gets requests, and its reply is the answer', async () => {
      const { ours, theirs, queue, request } = createForeignQueue();
      const us = await open(ours);
      const collected = await collect(await open(theirs), queue, {
        outcome: ({ body }) => ({ kind: 'reply', body }),
      });
      await until(() => us.unavailable.length === 0, soon);

      const reply = await request(us, 'question');
      const replies: string[] = [];
      const many = us.requestMany('', createMessage('many'), {
        ...within(),
        idleMs: 5000,
        routingKey: queue,
      });
      for await (const { body } of many) replies.push(String(body));

      expect(String(reply.body)).to.equal('question');
      expect(replies).to.deep.equal(['many']);
      expect(collected.deliveries.map(({ wantsReply }) => wantsReply)).to.deep.equal([true, true]);
    });

    it('refuses requests at once while it is missing, and while nothing consumes it', async () => {
      const { ours, theirs, queue, request } = createForeignQueue();
      const us = await open(ours);
      const reason = `the queue ${queue} does not exist`;
      await until(() => us.unavailable[0]?.reason === reason);

      expect(us.unavailable).to.deep.equal([{ kind: 'queue', name: queue, reason }]);
      await expectCode(request(us, '1'), 'NOT_DECLARED');
      await open(theirs);
      await until(() => us.unavailable.length === 0, soon);

      await expectCode(request(us, '2'), 'NO_WORKER');
    });

    it('gets events from the default exchange, without a routing key of their own', async () => {
      const { ours, theirs, queue } = createForeignQueue();
      const us = await open(ours);
      const send = (text: string) => us.publish('', createMessage(text), { ...within(), routingKey: queue });
      await until(() => us.unavailable[0]?.reason === `the queue ${queue} does not exist`);
      await expectCode(send('early'), 'NOT_DECLARED');
      const collected = await collect(await open(theirs), queue);
      await until(() => us.unavailable.length === 0, soon);

      await send('event');

      await until(() => collected.deliveries.length > 0);
      expect(collected.texts()).to.deep.equal(['event']);
    });

    it('must be one of the topology', async () => {
      const { theirs, queue, request } = createForeignQueue();
      const us = await open(createEvents().topology);
      await open(theirs);

      await expectCode(request(us, '1'), 'UNROUTABLE');
      await expectCode(us.publish('', createMessage(), { ...within(), routingKey: queue }), 'UNROUTABLE');
    });
  });
}

/** A topology that requests from a queue of another application, and that application's. */
function createForeignQueue() {
  const queue = `foreign/${randomUUID()}`;
  const ours: Topology = {
    ...createEvents().topology,
    foreign: { exchanges: [], queues: [queue], bindings: [] },
  };
  const theirs: Topology = { exchanges: [], queues: [{ kind: 'rpc', name: queue }], bindings: [] };
  const request = (bus: Bus, text: string) =>
    bus.request('', createMessage(text), { ...within(), routingKey: queue });
  return { ours, theirs, queue, request };
}

/** A topology that consumes a queue of another application, and that application's. */
function createConsumed() {
  const { topology, exchange, queue } = createEvents();
  const name = `foreign/${randomUUID()}`;
  const ours: Topology = {
    ...topology,
    foreign: { exchanges: [], bindings: [], consumed: [{ name, returnsTo: queue }] },
  };
  const beside = `${name}:in`;
  const theirs: Topology = {
    exchanges: [{ name: beside, type: 'fanout' }],
    queues: [{ kind: 'rpc', name }],
    bindings: [{ exchange: beside, queue: name, routingKey: '' }],
  };
  const send = (bus: Bus, text: string) => bus.publish(beside, createMessage(text), within());
  return { ours, theirs, queues: [queue, name], own: { exchange, queue }, name, send };
}

export function describeForeignQueues(open: OpenBus): void {
  describe('a consumed queue of others', function () {
    this.timeout(30_000);

    it('is consumed beside the queue that its messages return to', async () => {
      const { ours, theirs, queues, own, send } = createConsumed();
      const them = await open(theirs);
      const us = await open(ours);
      const attempts: number[] = [];
      const collected = await collect(us, queues, {
        outcome: ({ attempt, body }) => {
          attempts.push(attempt);
          if (String(body) === 'bad') return { kind: 'reject', reason: 'it is bad' };
          return attempt === 1 && String(body) === 'late'
            ? { kind: 'retry', delayMs: 10, reason: 'once' }
            : { kind: 'ack' };
        },
      });
      const letters = await collect(us, `${own.queue}.dead`);

      await publishAll(us, own.exchange, ['ours']);
      for (const text of ['late', 'bad']) await send(them, text);

      await until(() => collected.deliveries.length === 4 && letters.deliveries.length === 1);
      expect(collected.texts().toSorted()).to.deep.equal(['bad', 'late', 'late', 'ours']);
      expect(attempts.toSorted((a, b) => a - b)).to.deep.equal([1, 1, 1, 2]);
      expect(letters.texts()).to.deep.equal(['bad']);
    });

    it('is reported as unavailable while it is missing, and consumed once it exists', async () => {
      const { ours, theirs, queues, own, name, send } = createConsumed();
      const us = await open(ours);
      const texts: string[] = [];
      const subscription = us.consume(queues, async (batch) => {
        texts.push(...batch.map(({ body }) => String(body)));
        return batch.map(() => ({ kind: 'ack' }));
      });
      const reason = `the queue ${name} does not exist`;
      await until(() => us.unavailable.some((each) => each.reason === reason));
      await publishAll(us, own.exchange, ['ours']);
      await until(() => texts.includes('ours'));
      await until(() => subscription.trouble?.includes(name));

      const them = await open(theirs);
      await send(them, 'theirs');

      await until(() => texts.includes('theirs'), soon);
      await until(() => us.unavailable.length === 0 && subscription.trouble === undefined, soon);
    });
  });
}
