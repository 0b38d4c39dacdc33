import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import type { BindingRule, ExchangeSpec, ExchangeType, Topology, WorkQueueSpec } from '@restmapper/core';
import type { Bus } from '../../src/contract/bus.ts';
import type { Headers } from '../../src/contract/message.ts';
import { collect, createMessage, expectCode, within } from './fixtures.ts';
import type { OpenBus } from './fixtures.ts';

const workQueue = (name: string): WorkQueueSpec => ({ kind: 'work', name, deliveryLimit: 20 });

/** An exchange with a work queue for each rule, under names that no other test has. */
function createBound(type: ExchangeType, rules: Readonly<Record<string, BindingRule>>) {
  const exchange = `contract/${randomUUID()}`;
  const [entry, everything, end] = [`${exchange}:in`, `${exchange}:everything`, `${exchange}:end`];
  const queueOf = (name: string): string => `${exchange}:${name}`;
  const names = Object.keys(rules);
  const topology: Topology = {
    exchanges: [
      { name: exchange, type },
      { name: entry, type: 'fanout' },
      { name: end, type: 'fanout' },
    ],
    queues: [everything, ...names.map(queueOf)].map(workQueue),
    bindings: [
      // So that unmatched messages can be published too.
      { exchange: entry, queue: everything, routingKey: '' },
      ...names.map((name) => ({ exchange: end, queue: queueOf(name), routingKey: '' })),
      ...Object.entries(rules).map(([name, rule]) => ({ exchange, queue: queueOf(name), ...rule })),
    ],
    exchangeBindings: [{ source: entry, destination: exchange, routingKey: '' }],
  };
  return { topology, entry, end, names, queueOf };
}

type Sent = readonly { readonly text: string; readonly routingKey?: string; readonly headers?: Headers }[];

/** Publishes all, and resolves with the texts that each queue got, by the names of the rules. */
async function distribute(bus: Bus, bound: ReturnType<typeof createBound>, sent: Sent) {
  for (const { text, routingKey = '', headers = {} } of sent)
    await bus.publish(bound.entry, createMessage(text, headers), { ...within(), routingKey });
  await bus.publish(bound.end, createMessage('end'), within());
  const received: Record<string, string[]> = {};
  for (const name of bound.names) {
    const { texts } = await collect(bus, bound.queueOf(name));
    await until(() => texts().includes('end'));
    received[name] = texts().filter((text) => text !== 'end');
  }
  return received;
}

export function describeExchanges(open: OpenBus): void {
  describe('exchanges', () => {
    it('match the words of a routing key by the patterns of a topic exchange', async () => {
      const patterns = ['order.*', 'order.#', '#.eu', '*', '#', 'a.#.b.*', '', '#.#'];
      const rules = Object.fromEntries(patterns.map((routingKey) => [routingKey, { routingKey }]));
      const bound = createBound('topic', rules);
      const bus = await open(bound.topology);
      const keys = [
        '',
        'order',
        'order.eu',
        'order.new.eu',
        'eu',
        'a.b.c',
        'a.x.y.b.c',
        'a.b',
        'order.',
        '.',
      ];

      const received = await distribute(
        bus,
        bound,
        keys.map((routingKey) => ({ text: routingKey, routingKey })),
      );

      expect(received).to.deep.equal({
        'order.*': ['order.eu', 'order.'],
        'order.#': ['order', 'order.eu', 'order.new.eu', 'order.'],
        '#.eu': ['order.eu', 'order.new.eu', 'eu'],
        '*': ['order', 'eu'],
        '#': keys,
        'a.#.b.*': ['a.b.c', 'a.x.y.b.c'],
        '': [''],
        '#.#': keys,
      });
    });

    it('match the headers of a message by the arguments of a headers exchange', async () => {
      const rule = (args: Headers): BindingRule => ({ routingKey: '', arguments: args });
      const bound = createBound('headers', {
        all: rule({ 'x-match': 'all', kind: 'order', size: 1 }),
        default: rule({ kind: 'order' }),
        any: rule({ 'x-match': 'any', kind: 'order', size: 1 }),
        text: rule({ 'x-match': 'any', size: '1' }),
        fraction: rule({ size: 0.5 }),
        empty: { routingKey: '' },
        noneOfAny: rule({ 'x-match': 'any' }),
        ignored: rule({ 'x-kind': 'order' }),
        withX: rule({ 'x-match': 'all-with-x', 'x-kind': 'order' }),
      });
      const bus = await open(bound.topology);

      const received = await distribute(bus, bound, [
        { text: 'both', headers: { kind: 'order', size: 1 } },
        { text: 'kind', headers: { kind: 'order', size: 2 } },
        { text: 'size', headers: { size: 1 } },
        { text: 'text', headers: { size: '1' } },
        { text: 'half', headers: { size: 0.5 } },
        { text: 'x', headers: { 'x-kind': 'order' } },
      ]);

      const everything = ['both', 'kind', 'size', 'text', 'half', 'x'];
      expect(received).to.deep.equal({
        all: ['both'],
        default: ['both', 'kind'],
        any: ['both', 'kind', 'size'],
        text: ['text'],
        fraction: ['half'],
        empty: everything,
        noneOfAny: [],
        ignored: everything,
        withX: ['x'],
      });
    });

    it('deliver a message to a queue once, however many bindings lead there, also in a circle', async () => {
      const [outer, inner, queue] = Array.from({ length: 3 }, () => `contract/${randomUUID()}`) as [
        string,
        string,
        string,
      ];
      const bus = await open({
        exchanges: [
          { name: outer, type: 'direct' },
          { name: inner, type: 'topic' },
        ],
        queues: [workQueue(queue)],
        bindings: [
          { exchange: outer, queue, routingKey: 'a.b' },
          { exchange: inner, queue, routingKey: 'a.*' },
          { exchange: inner, queue, routingKey: '*.b' },
        ],
        exchangeBindings: [
          { source: outer, destination: inner, routingKey: 'a.b' },
          { source: inner, destination: outer, routingKey: '#' },
        ],
      });
      const collected = await collect(bus, queue);

      await bus.publish(outer, createMessage('1'), { ...within(), routingKey: 'a.b' });
      await bus.publish(inner, createMessage('2'), { ...within(), routingKey: 'x.b' });

      await until(() => collected.texts().includes('2'));
      expect(collected.texts()).to.deep.equal(['1', '2']);
    });

    it('pass unmatched messages, and only those, to their alternate exchange', async () => {
      const name = `contract/${randomUUID()}`;
      const [main, other] = [`${name}:main`, `${name}:other`];
      const exchanges: readonly ExchangeSpec[] = [
        { name: main, type: 'direct', alternateExchange: other },
        { name: other, type: 'direct' },
      ];
      const bus = await open({
        exchanges,
        queues: [workQueue(main), workQueue(other)],
        bindings: [
          { exchange: main, queue: main, routingKey: 'known' },
          { exchange: other, queue: other, routingKey: 'known' },
          { exchange: other, queue: other, routingKey: 'unknown' },
        ],
      });
      const [taken, rest] = [await collect(bus, main), await collect(bus, other)];

      await bus.publish(main, createMessage('1'), { ...within(), routingKey: 'known' });
      await bus.publish(main, createMessage('2'), { ...within(), routingKey: 'unknown' });
      await expectCode(bus.publish(main, createMessage(), { ...within(), routingKey: 'x' }), 'UNROUTABLE');

      await until(() => taken.deliveries.length + rest.deliveries.length === 2);
      expect([taken.texts(), rest.texts()]).to.deep.equal([['1'], ['2']]);
    });
  });
}
