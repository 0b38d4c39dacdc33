import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import type { Bus, BusStatus } from '../../src/contract/bus.ts';
import { MemoryBroker } from '../../src/memory/memory-broker.ts';
import { openMemoryBus } from '../../src/memory/open-memory-bus.ts';
import type { OpenMemoryBusOptions } from '../../src/memory/memory-bus.ts';
import {
  ack,
  collect,
  createEvents,
  createFeed,
  createGate,
  createMessage,
  createRpc,
  expectCode,
  never,
  publishAll,
  within,
} from '../contract/fixtures.ts';

function open(options: OpenMemoryBusOptions): Bus {
  return use(openMemoryBus(options), (bus) => bus.close({ timeoutMs: 0 }));
}

const kilobyte = 'x'.repeat(1000);

/** Publishes until the bus refuses; returns how many messages it took. */
async function fill(bus: Bus, exchange: string): Promise<number> {
  for (let taken = 0; ; taken += 1) {
    if (bus.status.state === 'blocked') return taken;
    await bus.publish(exchange, createMessage(kilobyte), within());
  }
}

describe('the memory bus', () => {
  it('is separate from every other bus unless they share a broker', async () => {
    const { topology, exchange, queue } = createEvents();
    const [one, other] = [open({ topology }), open({ topology })];
    const [own, foreign] = [await collect(one, queue), await collect(other, queue)];

    await publishAll(one, exchange, ['x']);

    await until(() => own.deliveries.length === 1);
    expect(foreign.deliveries).to.deep.equal([]);
  });

  it('runs no consumer and no follower on the stack of the publisher', async () => {
    const { topology, exchange, queue } = createEvents();
    const feed = createFeed();
    const bus = open({
      topology: {
        exchanges: topology.exchanges,
        queues: [...topology.queues, ...feed.topology.queues],
        bindings: [...topology.bindings, { exchange, queue: feed.feed, routingKey: '' }],
      },
    });
    const collected = await collect(bus, queue);
    let followed = 0;
    bus.follow(feed.feed, () => void (followed += 1), { from: 'first' });
    await nextTurn();

    const publishing = bus.publish(exchange, createMessage(), within());
    const during = [collected.deliveries.length, followed];
    await publishing;

    await until(() => collected.deliveries.length === 1 && followed === 1);
    expect(during).to.deep.equal([0, 0]);
  });

  it('runs no consumer on the stack of the caller, and no caller on the stack of the consumer', async () => {
    const { topology, exchange, queue } = createRpc();
    const bus = open({ topology });
    const events: string[] = [];
    await collect(bus, queue, {
      outcome: () => {
        events.push('worker');
        return { kind: 'reply', body: Buffer.from('{}') };
      },
    });

    const request = bus.request(exchange, createMessage(), within()).then(() => events.push('caller'));
    events.push('requested');
    await request;

    expect(events).to.deep.equal(['requested', 'worker', 'caller']);
  });

  it('takes a copy of the body at once', async () => {
    const { topology, exchange, queue } = createEvents();
    const bus = open({ topology });
    const message = createMessage('before');
    const collected = await collect(bus, queue);

    const publishing = bus.publish(exchange, message, within());
    message.body.write('AFTER!');
    await publishing;

    await until(() => collected.deliveries.length === 1);
    expect(collected.texts()).to.deep.equal(['before']);
  });

  it('redelivers a body as it was published, whatever its first handler did to it', async () => {
    const { topology, exchange, queue } = createEvents();
    const bus = open({ topology });
    const texts: string[] = [];
    await collect(bus, queue, {
      outcome: ({ body, redelivered }) => {
        texts.push(String(body));
        body.fill('x');
        return redelivered ? ack : { kind: 'requeue' };
      },
    });

    await publishAll(bus, exchange, ['intact']);

    await until(() => texts.length === 2);
    expect(texts).to.deep.equal(['intact', 'intact']);
  });

  it('lets timers run while a backlog drains, or a loop publishes', async () => {
    const { topology, exchange, queue } = createEvents();
    const bus = open({ topology });
    let ticks = 0;
    const timer = setInterval(() => void (ticks += 1), 1);
    use(timer, clearInterval);

    for (let i = 0; i < 5000; i += 1) await bus.publish(exchange, createMessage(), within());
    const whilePublishing = ticks;
    const drained = createGate<number>();
    let left = 5000;
    bus.consume(queue, async () => {
      left -= 1;
      if (left === 0) drained.open(ticks);
      return [ack];
    });
    const afterDraining = await drained.passed;

    expect(whilePublishing).to.be.greaterThan(1);
    expect(afterDraining - whilePublishing).to.be.greaterThan(1);
  });

  it('refuses more requests at once than allowed', async () => {
    const { topology, exchange, queue } = createRpc();
    const bus = open({ topology, maxPendingRequests: 2 });
    await collect(bus, queue, { outcome: () => never });
    const waiting = [1, 2].map(() =>
      expectCode(bus.request(exchange, createMessage(), within()), 'RPC_TIMEOUT'),
    );

    await expectCode(bus.request(exchange, createMessage(), within()), 'OVERLOADED');

    expect(bus.stats.pendingRequests).to.equal(2);
    await bus.close({ timeoutMs: 0 });
    await Promise.all(waiting);
  });

  it('refuses a topology that binds what it does not declare', () => {
    const { topology } = createEvents();

    expect(() => openMemoryBus({ topology: { ...topology, queues: [] } })).to.throw(TypeError, 'bind');
  });

  it('refuses to consume or follow once it is closed', async () => {
    const { topology, queue } = createEvents();
    const bus = open({ topology });

    await bus.close();

    expect(() => bus.consume(queue, async () => []))
      .to.throw()
      .with.property('code', 'BROKER_UNAVAILABLE');
  });
});

describe('the memory of the memory bus', () => {
  it('is bounded: the bus blocks when it is full, until consumers have made room', async () => {
    const { topology, exchange, queue } = createEvents();
    const bus = open({ topology, broker: new MemoryBroker({ maxBytes: 100_000 }) });
    const heard: BusStatus[] = [];
    bus.onStatus((status) => void heard.push(status));

    const taken = await fill(bus, exchange);
    await expectCode(bus.publish(exchange, createMessage(), within()), 'BROKER_BLOCKED');
    const collected = await collect(bus, queue);
    await until(() => bus.status.state === 'up');
    await bus.publish(exchange, createMessage(), within());

    await until(() => collected.deliveries.length === taken + 1);
    expect(taken).to.be.within(50, 100);
    expect(heard.map(({ state }) => state)).to.deep.equal(['blocked', 'up']);
    expect(heard[0]?.reason).to.include(queue);
  });

  it('is shared by every bus of the broker, also one that opens later', async () => {
    const { topology, exchange } = createEvents();
    const broker = new MemoryBroker({ maxBytes: 10_000 });
    const [early, publisher] = [open({ topology, broker }), open({ topology, broker })];

    await fill(publisher, exchange);

    expect(early.status.state).to.equal('blocked');
    expect(open({ topology, broker }).status.state).to.equal('blocked');
  });

  it('counts dead letters, messages that wait for a retry, and those being handled', async () => {
    const { topology, exchange, queue } = createEvents();
    const bus = open({ topology, broker: new MemoryBroker({ maxBytes: 30_000 }) });
    let count = 0;
    const { deliveries } = await collect(bus, queue, {
      concurrency: 100,
      outcome: () => {
        count += 1;
        if (count % 3 === 0) return never;
        if (count % 3 === 1) return { kind: 'reject', reason: 'no' };
        return { kind: 'retry', delayMs: 60_000, reason: 'later' };
      },
    });

    const taken = await fill(bus, exchange);

    expect(taken).to.be.within(15, 30);
    await until(() => deliveries.length === taken);
    expect(bus.status.state).to.equal('blocked');
  });

  it('is free again after every kind of outcome', async () => {
    const { topology, exchange, queue } = createEvents();
    const bus = open({ topology, broker: new MemoryBroker({ maxBytes: 30_000 }) });
    await collect(bus, queue, {
      outcome: ({ body, attempt, redelivered }) => {
        if (attempt > 1 || redelivered) return ack;
        if (String(body) === 'requeue') return { kind: 'requeue' };
        if (String(body) === 'retry') return { kind: 'retry', delayMs: 1, reason: 'later' };
        return String(body) === 'reject' ? { kind: 'reject', reason: 'no' } : ack;
      },
    });
    const dead = await collect(bus, `${queue}.dead`);

    for (let i = 1; i <= 100; i += 1) {
      await publishAll(bus, exchange, ['ack', 'requeue', 'retry', 'reject']);
      await until(() => dead.deliveries.length === i, { everyMs: 0 });
    }

    expect(bus.status.state).to.equal('up');
  });

  it('does not keep requests that have expired', async () => {
    const { topology, exchange, queue } = createRpc();
    const bus = open({ topology, broker: new MemoryBroker({ maxBytes: 30_000 }) });
    await collect(bus, queue, { prefetch: 1, outcome: () => never });

    for (let round = 0; round < 5; round += 1) {
      const requests = Array.from({ length: 10 }, () =>
        expectCode(bus.request(exchange, createMessage(kilobyte), within(30)), 'RPC_TIMEOUT'),
      );
      await Promise.all(requests);
    }

    expect(bus.status.state).to.equal('up');
  });

  it('bounds a feed on its own: the oldest messages are dropped', async () => {
    const { topology, exchange, feed } = createFeed({ maxBytes: 1_000_000_000 });
    const bus = open({ topology, broker: new MemoryBroker({ maxBytes: 10_000, maxFeedBytes: 20_000 }) });
    for (let i = 0; i < 100; i += 1) await bus.publish(exchange, createMessage(kilobyte), within());
    const offsets: number[] = [];

    bus.follow(feed, ({ offset }) => void offsets.push(offset), { from: 'first' });

    await until(() => offsets.at(-1) === 99);
    expect(offsets).to.have.length.within(5, 20);
    expect(offsets).to.deep.equal(offsets.map((_, i) => 100 - offsets.length + i));
    expect(bus.status.state).to.equal('up');
  });
});
