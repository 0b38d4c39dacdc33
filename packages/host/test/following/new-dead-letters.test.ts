import { type Bus, openMemoryBus } from '@restmapper/bus';
import { createMessageId, silentLog } from '@restmapper/core';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { NewDeadLetters } from '../../src/following/new-dead-letters.ts';

const queues = [{ name: 'q', letters: 'q.dead' }];

async function openRig(): Promise<{ bus: Bus; kill: (reason: string) => Promise<void> }> {
  const bus = openMemoryBus({
    topology: {
      exchanges: [{ name: 'e', type: 'fanout' }],
      queues: [{ kind: 'work', name: 'q', deliveryLimit: 20 }],
      bindings: [{ exchange: 'e', queue: 'q', routingKey: '' }],
    },
    log: silentLog,
  });
  use(bus, () => bus.close({ timeoutMs: 1000 }));
  bus.consume('q', async (batch) =>
    batch.map(({ body }) => ({ kind: 'reject' as const, reason: String(body) })),
  );
  let dead = 0;
  return {
    bus,
    async kill(reason) {
      const message = { messageId: createMessageId(), type: 'POST /a', timestampMs: Date.now(), headers: {} };
      const body = Buffer.from(reason);
      await bus.publish('e', { ...message, body }, { deadlineEpochMs: Date.now() + 5000 });
      dead += 1;
      await until(async () => (await bus.browseDeadLetters('q', () => 'keep')).seen === dead);
    },
  };
}

describe('NewDeadLetters', () => {
  it('finds each dead letter once, and leaves it where it is', async () => {
    const { bus, kill } = await openRig();
    const arrivals = new NewDeadLetters({ bus, queues });
    const reasons = async () => (await arrivals.poll()).letters.map(({ reason }) => reason);

    await kill('first');
    expect(await reasons()).to.deep.equal(['first']);
    expect(await reasons()).to.deep.equal([]);
    await kill('second');
    await kill('third');
    expect(await reasons()).to.deep.equal(['second', 'third']);
    expect((await bus.browseDeadLetters('q', () => 'keep')).seen).to.equal(3);
  });

  it('counts messages beyond its limit, and skips a queue that is too long', async () => {
    const { bus, kill } = await openRig();
    await kill('12345');
    await kill('6789');

    const small = await new NewDeadLetters({ bus, queues, maxBytes: 6 }).poll();
    const short = await new NewDeadLetters({ bus, queues, maxDepth: 1 }).poll();

    expect([small.letters.length, small.omitted]).to.deep.equal([1, 1]);
    expect([short.letters.length, short.skipped]).to.deep.equal([0, ['q']]);
  });

  it('finds one that was replayed and died again, when it reads thoroughly', async () => {
    const { bus, kill } = await openRig();
    await kill('first');
    const arrivals = new NewDeadLetters({ bus, queues });
    await arrivals.poll();

    const diedAtMs = Date.now();
    await until(() => Date.now() > diedAtMs);
    await bus.browseDeadLetters('q', () => 'replay');
    await until(async () => (await bus.browseDeadLetters('q', () => 'keep')).seen === 1);

    expect((await arrivals.poll()).letters).to.have.length(0);
    expect((await arrivals.poll({ isThorough: true })).letters).to.have.length(1);
  });
});
