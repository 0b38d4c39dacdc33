import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import type { Bus } from '../../src/contract/bus.ts';
import type { QueueDepth } from '../../src/contract/queue-depth.ts';
import {
  ack,
  collect,
  createEvents,
  createFeed,
  createGate,
  createRpc,
  expectCode,
  publishAll,
} from './fixtures.ts';
import type { OpenBus } from './fixtures.ts';

export function describeInspecting(open: OpenBus): void {
  describe('inspecting', () => {
    it('reports every queue, its dead letters, and every feed', async () => {
      const [events, rpc, feed] = [createEvents({ queues: 2 }), createRpc(), createFeed()];
      const bus = await open({
        exchanges: [events, rpc, feed].flatMap(({ topology }) => topology.exchanges),
        queues: [events, rpc, feed].flatMap(({ topology }) => topology.queues),
        bindings: [events, rpc, feed].flatMap(({ topology }) => topology.bindings),
      });
      const [first = '', second = ''] = events.queues;

      const depths = await bus.inspect();

      expect(depths.map(({ name, kind }) => [name, kind])).to.deep.equal([
        [first, 'work'],
        [`${first}.dead`, 'dead'],
        [second, 'work'],
        [`${second}.dead`, 'dead'],
        [rpc.queue, 'rpc'],
        [feed.feed, 'feed'],
      ]);
      expect(depths.every(({ messages, consumers }) => messages === 0 && consumers === 0)).to.equal(true);
    });

    it('counts the messages that wait, and the consumers', async () => {
      const { topology, exchange, queues } = createEvents({ queues: 2 });
      const [first = '', second = ''] = queues;
      const bus = await open(topology);
      await collect(bus, first);
      await publishAll(bus, exchange, ['1', '2', '3']);

      await untilDepth(bus, first, { messages: 0, consumers: 1 });
      await untilDepth(bus, second, { messages: 3, consumers: 0 });
    });

    it('does not count a message that is being handled, but counts one that came back dead', async () => {
      const { topology, exchange, queue } = createEvents();
      const bus = await open(topology);
      const gate = createGate();
      await publishAll(bus, exchange, ['poison', 'waits', 'waits']);
      await collect(bus, queue, {
        outcome: async ({ body }) => {
          if (String(body) === 'poison') return { kind: 'reject', reason: 'no' };
          await gate.passed;
          return ack;
        },
        prefetch: 1,
      });

      await untilDepth(bus, queue, { messages: 1, consumers: 1 });
      await untilDepth(bus, `${queue}.dead`, { messages: 1, consumers: 0 });
      gate.open();
      await untilDepth(bus, queue, { messages: 0, consumers: 1 });
    });

    it('counts the messages that a feed holds', async function () {
      this.timeout(20_000);
      const { topology, exchange, feed } = createFeed();
      const bus = await open(topology);

      await publishAll(bus, exchange, ['1', '2', '3']);

      await until(async () => (await depthOf(bus, feed)).messages === 3, { timeoutMs: 15_000, everyMs: 100 });
    });

    it('is refused once the bus is closed', async () => {
      const bus = await open(createEvents().topology);
      await bus.close({ timeoutMs: 1000 });

      await expectCode(bus.inspect(), 'BROKER_UNAVAILABLE');
    });
  });
}

async function depthOf(bus: Bus, queue: string): Promise<QueueDepth> {
  const depth = (await bus.inspect()).find(({ name }) => name === queue);
  if (!depth) throw new Error(`${queue} is not reported`);
  return depth;
}

async function untilDepth(
  bus: Bus,
  queue: string,
  expected: Pick<QueueDepth, 'messages' | 'consumers'>,
): Promise<void> {
  await until(async () => {
    expect(await depthOf(bus, queue)).to.include(expected);
    return true;
  });
}
