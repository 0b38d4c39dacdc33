import { expect } from 'chai';
import { groupQueues } from '../src/lib/queue-groups.ts';
import type { SystemQueue } from '../src/lib/system-report.ts';

/** A queue; a name such as `check@eu#3` makes it a part of `check`. */
function queue(name: string, { messages = 0, consumers = 1, kind = 'work' } = {}): SystemQueue {
  const [, of, value] = /^(\w+)(?:@(\w+))?(?:#\d)?(?:\.dead)?$/.exec(name) ?? [];
  const partOf = kind === 'dead' ? `${of}.dead` : of;
  const isPart = /[@#]/.test(name);
  return { name, kind, messages, consumers, value, partOf: isPart ? partOf : undefined };
}

describe('the queues in groups', () => {
  it('are summed up for each worker, the dead letters apart, and others are left as they are', () => {
    const queues = [
      queue('check@eu#0', { messages: 2 }),
      queue('check@eu#0.dead', { messages: 1, consumers: 0, kind: 'dead' }),
      queue('check@us#1', { messages: 3 }),
      queue('check@us#1.dead', { messages: 4, consumers: 0, kind: 'dead' }),
      queue('orders', { messages: 5, consumers: 2 }),
    ];

    const groups = groupQueues(queues);

    expect(
      groups.map(({ name, messages, consumers, parts }) => [name, messages, consumers, parts.length]),
    ).to.deep.equal([
      ['check', 5, 2, 2],
      ['check.dead', 5, 0, 2],
      ['orders', 5, 2, 0],
    ]);
    expect(groups.flatMap(({ abandoned }) => abandoned)).to.deep.equal([]);
  });

  it('name a value that no process takes, all of its partitions together', () => {
    const idle = (name: string, messages: number) => queue(name, { messages, consumers: 0 });

    const [check, engine, orders] = groupQueues([
      idle('check@eu#0', 100),
      idle('check@eu#1', 20),
      queue('check@us#0', { messages: 9 }),
      idle('check@asia#0', 0),
      idle('engine#1', 1),
      queue('engine#2', { messages: 1 }),
      idle('orders', 3),
    ]);

    expect(check?.abandoned).to.deep.equal(['No process takes eu: 120 messages wait']);
    expect(engine?.abandoned).to.deep.equal(['No process takes engine#1: 1 message waits']);
    expect(orders?.abandoned).to.deep.equal(['No process takes orders: 3 messages wait']);
  });
});
