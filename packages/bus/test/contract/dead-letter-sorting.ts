import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import type { Bus } from '../../src/contract/bus.ts';
import type { DeadLetter, DeadLetterFate } from '../../src/contract/dead-letter.ts';
import {
  ack,
  collect,
  createEvents,
  createMessage,
  createRpc,
  expectCode,
  failureOf,
  publishAll,
  within,
} from './fixtures.ts';
import type { Events, OpenBus } from './fixtures.ts';

export function describeDeadLetterSorting(open: OpenBus): void {
  describe('browsing dead letters', () => {
    it('shows each unchanged, with the reason, the queue, the time and the attempts', async () => {
      const events = createEvents();
      const bus = await open(events.topology);
      const message = createMessage('{"a":1.0}', { 'x-request-id': 'r1' });
      await collect(bus, events.queue, {
        outcome: ({ attempt }) =>
          attempt === 2
            ? { kind: 'reject', reason: 'no such order' }
            : { kind: 'retry', delayMs: 1, reason: 'again' },
      });
      await bus.publish(events.exchange, message, within());

      const letter = await until(async () => (await lettersOf(bus, events))[0]);

      expect(String(letter.body)).to.equal('{"a":1.0}');
      expect(letter).to.deep.include({
        messageId: message.messageId,
        type: message.type,
        timestampMs: message.timestampMs,
        headers: { 'x-request-id': 'r1' },
        queue: events.queue,
        reason: 'no such order',
        attempts: 2,
      });
      expect(letter.diedAtMs).to.be.within(message.timestampMs, Date.now());
    });

    it('leaves those that it keeps in their order, however often it browses', async () => {
      const events = createEvents();
      const bus = await open(events.topology);
      await killAll(bus, events, ['1', '2', '3', '4']);

      for (let look = 0; look < 3; look += 1) {
        const letters = await lettersOf(bus, events);
        expect(letters.map(({ body }) => String(body))).to.deep.equal(['1', '2', '3', '4']);
      }
    });

    it('replays messages under their ids, and restarts the count of their attempts', async () => {
      const events = createEvents();
      const bus = await open(events.topology);
      await killAll(bus, events, ['1', '2', '3']);
      const died = await lettersOf(bus, events);

      const sorted = await bus.browseDeadLetters(events.queue, ({ body }) =>
        String(body) === '2' ? 'keep' : 'replay',
      );

      const again = await collect(bus, events.queue);
      await until(() => again.deliveries.length === 2);
      expect(sorted).to.deep.equal({ seen: 3, replayed: 2, purged: 0 });
      expect(again.texts()).to.deep.equal(['1', '3']);
      expect(again.deliveries.map(({ messageId }) => messageId)).to.deep.equal([
        died[0]?.messageId,
        died[2]?.messageId,
      ]);
      for (const { attempt, headers, redelivered } of again.deliveries) {
        expect({ attempt, headers, redelivered }).to.deep.equal({
          attempt: 1,
          headers: {},
          redelivered: false,
        });
      }
      expect((await lettersOf(bus, events)).map(({ body }) => String(body))).to.deep.equal(['2']);
    });

    it('replays to the queue that a message died in, and to no other', async () => {
      const { topology, exchange, queues } = createEvents({ queues: 2 });
      const [first = '', second = ''] = queues;
      const bus = await open(topology);
      await killAll(bus, { topology, exchange, queue: first, queues }, ['x']);
      const other = await collect(bus, second);
      await until(() => other.deliveries.length === 1);

      await bus.browseDeadLetters(first, () => 'replay');

      const replayed = await collect(bus, first);
      await until(() => replayed.deliveries.length === 1);
      await bus.publish(exchange, createMessage('later'), within());
      await until(() => other.deliveries.length === 2);
      expect(other.texts()).to.deep.equal(['x', 'later']);
    });

    it('deletes those that it purges', async () => {
      const events = createEvents();
      const bus = await open(events.topology);
      await killAll(bus, events, ['1', '2', '3']);

      const sorted = await bus.browseDeadLetters(events.queue, ({ body }) =>
        String(body) === '2' ? 'purge' : 'keep',
      );

      expect(sorted).to.deep.equal({ seen: 3, replayed: 0, purged: 1 });
      expect((await lettersOf(bus, events)).map(({ body }) => String(body))).to.deep.equal(['1', '3']);
    });

    it('stops once it has enough', async () => {
      const events = createEvents();
      const bus = await open(events.topology);
      await killAll(bus, events, ['1', '2', '3']);
      const fates: DeadLetterFate[] = ['purge', 'stop'];

      const sorted = await bus.browseDeadLetters(events.queue, () => fates.shift() ?? 'purge');

      expect(sorted).to.deep.equal({ seen: 2, replayed: 0, purged: 1 });
      expect((await lettersOf(bus, events)).map(({ body }) => String(body))).to.deep.equal(['2', '3']);
    });

    it('ends even if the replayed messages die at once', async () => {
      const events = createEvents();
      const bus = await open(events.topology);
      await killAll(bus, events, ['1', '2']);
      await collect(bus, events.queue, { outcome: () => ({ kind: 'reject', reason: 'still no' }) });

      const { seen } = await bus.browseDeadLetters(events.queue, () => 'replay');

      expect(seen).to.equal(2);
      await until(async () => (await lettersOf(bus, events)).length === 2);
    });

    it('reports that a message came back too often', async () => {
      const events = createEvents({ deliveryLimit: 1 });
      const bus = await open(events.topology);
      await publishAll(bus, events.exchange, ['x']);
      await collect(bus, events.queue, { outcome: () => ({ kind: 'requeue' }) });

      const letter = await until(async () => (await lettersOf(bus, events))[0]);

      expect(letter).to.deep.include({
        queue: events.queue,
        reason: 'delivery_limit',
        attempts: 1,
        headers: {},
      });
      expect(letter.diedAtMs).to.be.within(Date.now() - 30_000, Date.now());
    });

    it('is refused for a queue that has none, and once the bus is closed', async () => {
      const rpc = createRpc();
      const bus = await open(rpc.topology);
      const events = createEvents();
      const closed = await open(events.topology);
      await closed.close({ timeoutMs: 1000 });

      const refusal = await failureOf(
        Promise.resolve().then(() => bus.browseDeadLetters(rpc.queue, () => 'keep')),
      );

      expect(refusal).to.be.instanceOf(TypeError);
      await expectCode(
        closed.browseDeadLetters(events.queue, () => 'keep'),
        'BROKER_UNAVAILABLE',
      );
    });
  });
}

async function lettersOf(bus: Bus, { queue }: Events): Promise<readonly DeadLetter[]> {
  const letters: DeadLetter[] = [];
  await bus.browseDeadLetters(queue, (letter) => {
    letters.push(letter);
    return 'keep';
  });
  return letters;
}

/** Publishes messages, and rejects them one after the other. */
async function killAll(bus: Bus, events: Events, texts: readonly string[]): Promise<void> {
  await publishAll(bus, events.exchange, texts);
  const { subscription } = await collect(bus, events.queue, {
    outcome: ({ body }) => (texts.includes(String(body)) ? { kind: 'reject', reason: 'no' } : ack),
  });
  await until(async () => (await lettersOf(bus, events)).length === texts.length);
  await subscription.close();
}
