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
