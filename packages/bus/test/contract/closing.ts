import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import type { BusStatus } from '../../src/contract/bus.ts';
import {
  ack,
  collect,
  createEvents,
  createGate,
  createMessage,
  createRpc,
  expectCode,
  never,
  publishAll,
  within,
} from './fixtures.ts';
import type { OpenBus } from './fixtures.ts';

export function describeClosing(open: OpenBus): void {
  describe('closing a bus', () => {
    it('lets running handlers finish, and applies their outcomes', async () => {
      const { topology, exchange, queue } = createEvents();
      const [closing, other] = [await open(topology), await open(topology)];
      const gate = createGate();
      const collected = await collect(closing, queue, {
        prefetch: 1,
        outcome: () => gate.passed.then(() => ack),
      });
      await publishAll(other, exchange, ['running', 'waiting']);
      await until(() => collected.deliveries.length === 1);

      const closed = closing.close();
      gate.open();
      await closed;

      const later = await collect(other, queue);
      await until(() => later.deliveries.length > 0);
      expect(collected.texts()).to.deep.equal(['running']);
      expect(later.texts()).to.deep.equal(['waiting']);
    });

    it('lets a running handler publish', async () => {
      const { topology, exchange, queues } = createEvents({ queues: 2 });
      const [first = '', second = ''] = queues;
      const [closing, other] = [await open(topology), await open(topology)];
      const gate = createGate();
      const inWork = await collect(closing, first, {
        prefetch: 1,
        outcome: async () => {
          await gate.passed;
          await closing.publish(exchange, createMessage('last words'), within());
          return ack;
        },
      });
      const heard = await collect(other, second);
      await publishAll(other, exchange, ['go']);
      await until(() => inWork.deliveries.length === 1);

      const closed = closing.close();
      gate.open();
      await closed;

      await until(() => heard.deliveries.length === 2);
      expect(heard.texts()).to.deep.equal(['go', 'last words']);
    });

    it('returns prefetched messages at once that no handler has started', async () => {
      const { topology, exchange, queue } = createEvents();
      const [closing, other] = [await open(topology), await open(topology)];
      const gate = createGate();
      const collected = await collect(closing, queue, {
        prefetch: 10,
        outcome: () => gate.passed.then(() => ack),
      });
      await publishAll(other, exchange, ['running', 'prefetched 1', 'prefetched 2']);
      await until(() => collected.deliveries.length === 1);

      const closed = closing.close();
      const later = await collect(other, queue);
      await until(() => later.deliveries.length === 2);
      gate.open();
      await closed;

      expect(collected.texts()).to.deep.equal(['running']);
      expect(later.texts()).to.deep.equal(['prefetched 1', 'prefetched 2']);
    });

    it('aborts the signal of a handler that outlasts the grace period', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      const started = createGate<AbortSignal>();
      bus.consume(queue, async (_, signal) => {
        started.open(signal);
        return never;
      });
      await publishAll(bus, exchange, ['x']);
      const signal = await started.passed;
      const start = Date.now();

      await bus.close({ timeoutMs: 200 });

      expect(signal.aborted).to.equal(true);
      expect(Date.now() - start).to.be.within(195, 1500);
    });

    it('does not abort the signal of a handler that finishes in time', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      const started = createGate<AbortSignal>();
      const gate = createGate();
      bus.consume(queue, async (_, signal) => {
        started.open(signal);
        await gate.passed;
        return [ack];
      });
      await publishAll(bus, exchange, ['x']);
      const signal = await started.passed;

      const closed = bus.close();
      gate.open();
      await closed;

      expect(signal.aborted).to.equal(false);
    });

    it('makes it refuse later calls', async () => {
      const { topology, exchange } = createRpc();
      const bus = await open(topology);

      await bus.close();

      await expectCode(bus.publish(exchange, createMessage(), within()), 'BROKER_UNAVAILABLE');
      await expectCode(bus.request(exchange, createMessage(), within()), 'BROKER_UNAVAILABLE');
    });

    it('may be requested twice', async () => {
      const bus = await open(createEvents().topology);

      await Promise.all([bus.close(), bus.close()]);
      await bus.close();

      expect(bus.status.state).to.equal('down');
    });

    it('notifies the listeners for the status, unless they have stopped', async () => {
      const bus = await open(createEvents().topology);
      const heard: BusStatus[] = [];
      const unheard: BusStatus[] = [];
      bus.onStatus((status) => void heard.push(status));
      const stop = bus.onStatus((status) => void unheard.push(status));
      const before = bus.status;

      stop();
      await bus.close();

      expect(before).to.deep.equal({ state: 'up', reason: '' });
      expect(heard.map(({ state }) => state)).to.deep.equal(['down']);
      expect(heard[0]?.reason).to.not.equal('');
      expect(unheard).to.deep.equal([]);
    });
  });

  describe('closing a subscription', () => {
    it('waits for running handlers, and takes no more messages', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      const gate = createGate();
      const closing = await collect(bus, queue, { prefetch: 1, outcome: () => gate.passed.then(() => ack) });
      await publishAll(bus, exchange, ['1', '2']);
      await until(() => closing.deliveries.length === 1);
      let isClosed = false;

      const closed = closing.subscription.close().then(() => {
        isClosed = true;
      });
      const other = await collect(bus, queue);
      await until(() => other.deliveries.length === 1);
      expect(isClosed).to.equal(false);
      gate.open();
      await closed;

      expect(closing.texts()).to.deep.equal(['1']);
      expect(other.texts()).to.deep.equal(['2']);
    });

    it('leaves the other subscriptions of the bus alone', async () => {
      const { topology, exchange, queues } = createEvents({ queues: 2 });
      const [first = '', second = ''] = queues;
      const bus = await open(topology);
      const [closing, going] = [await collect(bus, first), await collect(bus, second)];

      await closing.subscription.close();
      await closing.subscription.close();
      await publishAll(bus, exchange, ['x']);

      await until(() => going.deliveries.length === 1);
      expect(closing.deliveries).to.deep.equal([]);
    });
  });
}
