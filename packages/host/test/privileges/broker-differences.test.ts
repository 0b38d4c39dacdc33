import { planTopology } from '@restmapper/bus';
import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
import type { Topology } from '@restmapper/core';
import { expect } from 'chai';
import { createDividedModel } from '../divided-model.ts';
import { describeDifferences } from '../../src/inspection/live-finding.ts';
import { bindingsOf } from '../../src/privileges/binding-differences.ts';
import { type BrokerObjects, differencesOf } from '../../src/privileges/broker-differences.ts';

const parse = (text: string) => parseEndpoints(text, { file: 'endpoints.yaml', directory: '/app' });

/** The differences, one line each. */
function linesOf(topology: Topology, found: BrokerObjects): readonly string[] {
  return differencesOf(topology, found).flatMap(({ kind, object, name, differences, isForeign }) => {
    const what = object === 'binding' ? `the binding of ${name}` : `the ${object} ${name}`;
    const owner = isForeign ? ', which another application declares' : '';
    if (!differences) return [`${kind}: ${what}${owner}`];
    return differences.map((difference) => `${kind}: ${what}: ${describeDifferences([difference])}`);
  });
}

const older = parse(`endpoints:
  POST /orders/: { fanout: true, feed: orders }
  POST /orders/old/: { fanout: true, feed: former }
  PUT /orders/: { rpc: true }
workers:
  store: { on: POST /orders/, use: append, table: message }
  notify: { on: POST /orders/, use: append, table: note, queue: notes }
`);

const newer = parse(`endpoints:
  POST /orders/: { fanout: true, feed: orders }
  POST /orders/new/: { fanout: true }
  PUT /orders/: { fanout: true }
feeds:
  orders: { maxAge: 2h }
workers:
  store: { on: POST /orders/, use: append, table: message }
`);

/** The broker's objects after the file was declared, besides those of others. */
function objectsOf(model: typeof older): BrokerObjects {
  const { exchanges, queues, bindings } = planTopology(topologyOf(model));
  const binding = (source: string, destination: string, key: string) => ({
    source,
    destination,
    destination_type: 'queue',
    routing_key: key,
  });
  const kept = { durable: true, auto_delete: false, arguments: {} };
  return {
    exchanges: [...exchanges, { name: 'amq.topic', type: 'topic' }, { name: 'theirs', type: 'fanout' }].map(
      (exchange) => ({ ...kept, internal: false, ...exchange }),
    ),
    queues: [...queues, { name: 'theirs.dead' }, { name: 'theirs' }].map((queue) => ({ ...kept, ...queue })),
    bindings: [
      ...bindings.map(({ exchange, queue, routingKey }) => binding(exchange, queue, routingKey)),
      binding('theirs', 'theirs', ''),
    ],
  };
}

/** The broker's objects while the topology is declared, in an order that RabbitMQ may use. */
function found(topology: Topology): BrokerObjects {
  const plan = planTopology(topology);
  const others = (topology.foreign?.exchanges ?? []).map((name) => ({ name, type: 'topic' }));
  const kept = { durable: true, auto_delete: false, arguments: {} };
  const bindings = bindingsOf({ ...topology, ...plan }).map(({ arguments: args = {}, ...binding }) => ({
    ...binding,
    arguments: Object.fromEntries(Object.entries(args).toReversed()),
  }));
  return {
    exchanges: [
      ...plan.exchanges.map(({ alternateExchange: alternate, ...exchange }) => ({
        ...kept,
        ...exchange,
        arguments: alternate === undefined ? {} : { 'alternate-exchange': alternate },
      })),
      ...others.map((exchange) => ({ ...kept, ...exchange })),
    ],
    queues: plan.queues.map((queue) => ({ ...kept, ...queue })),
    bindings,
  };
}

describe('the differences of a broker', () => {
  it('are none when it has what the file has, besides any objects of others', () => {
    expect(linesOf(topologyOf(older), objectsOf(older))).to.deep.equal([]);
  });

  it('are the remains of an older file, and objects that differ', () => {
    const differences = linesOf(topologyOf(newer), objectsOf(older));

    expect(differences).to.include.members([
      'missing: the exchange /orders/new/:POST',
      'missing: the queue /orders/new/:POST',
      'missing: the binding of the queue /orders/new/:POST to /orders/new/:POST',
      'different: the exchange /orders/:PUT: type is "direct", and should be "fanout"',
      'different: the queue feed:orders: x-max-age is "3600s", and should be "7200s"',
      'different: the queue /orders/:PUT: x-queue-type is "classic", and should be "quorum"',
    ]);
    expect(differences.filter((text) => text.startsWith('left over'))).to.have.members([
      'left over: the exchange /orders/old/:POST',
      'left over: the queue feed:former',
      'left over: the queue notes',
      'left over: the queue notes.dead',
      'left over: the binding of the queue /orders/:PUT to /orders/:PUT',
    ]);
  });

  it('do not include objects of an application whose names are like those of the file', () => {
    const foreign = parse(`endpoints:
  POST /a/: { publish: { exchange: "/a/:POST" } }
  GET /a/: { rpc: { queue: "/a/:GET", replyExchange: RPC } }
`);
    const kept = { durable: false, auto_delete: false, arguments: {} };
    const bind = (source: string, destination: string) => ({
      source,
      destination,
      destination_type: 'queue',
      routing_key: '',
    });
    const exchanges = ['/a/:POST', '/a/:GET', 'RPC', '/left/:GET'];
    const there = {
      exchanges: exchanges.map((name) => ({ ...kept, name, type: 'direct' })),
      queues: ['/a/:POST', '/a/:GET', 'watchers'].map((name) => ({ ...kept, name })),
      bindings: [bind('/a/:POST', '/a/:POST'), bind('/a/:GET', '/a/:GET'), bind('/a/:POST', 'watchers')],
    };

    expect(linesOf(topologyOf(foreign), there)).to.deep.equal(['left over: the exchange /left/:GET']);
    expect(linesOf(topologyOf(foreign), { exchanges: [], queues: [], bindings: [] })).to.deep.equal([
      'missing: the exchange /a/:POST, which another application declares',
      'missing: the exchange RPC, which another application declares',
      'missing: the queue /a/:GET, which another application declares',
    ]);
  });

  it('are the exchanges and queues of parts that the file no longer has', () => {
    const whole = createDividedModel({ values: undefined, partitions: undefined });
    const [divided, plain] = [createDividedModel({ partitions: 1 }), whole].map(topologyOf);
    if (!divided || !plain) throw new Error('two topologies');
    const both = { ...divided, queues: [...divided.queues, ...plain.queues] };

    const lines = linesOf(plain, found({ ...both, bindings: [...divided.bindings, ...plain.bindings] }));

    expect(linesOf(divided, found(divided))).to.deep.equal([]);
    expect(lines).to.have.members([
      ...['/check:POST@', '/check:POST@.dead', 'check@eu#', 'check@eu#0', 'check@us#', 'check@us#0'].map(
        (name) => `left over: the exchange ${name}`,
      ),
      ...['/check:POST@.dead', 'check@eu#0', 'check@eu#0.dead', 'check@us#0', 'check@us#0.dead'].map(
        (name) => `left over: the queue ${name}`,
      ),
    ]);
  });

  it('do not include the queues of others on an exchange that is declared for them', () => {
    const model = parse(`inputs:
  usage: { from: [{ exchange: shared, declare: topic }] }
outputs:
  told: { exchange: told, declare: topic }
`);
    const found = objectsOf(model);
    const bound = (source: string) => ({
      source,
      destination: 'theirs',
      destination_type: 'queue',
      routing_key: '#',
    });

    const lines = linesOf(topologyOf(model), {
      ...found,
      bindings: [...found.bindings, bound('shared'), bound('told')],
    });

    expect(lines).to.deep.equal([]);
  });

  it('are the remains of an input that the file no longer has', () => {
    const before = parse('inputs: { usage: { from: [{ exchange: metering }] } }');
    const after = parse('internal: { seen: { fanout: true, feed: seen } }');

    const lines = linesOf(topologyOf(after), objectsOf(before));

    expect(lines).to.include.members([
      'left over: the queue input:usage',
      'left over: the queue input:usage.dead',
    ]);
  });

  it('are the remains of internal sources', () => {
    const internal = parse('internal: { rows.changed: { fanout: true }, rows.of: { rpc: true } }');
    const differences = linesOf(topologyOf(newer), objectsOf(internal));

    expect(differences.filter((text) => text.startsWith('left over'))).to.have.members([
      'left over: the exchange internal:rows.changed',
      'left over: the exchange internal:rows.of',
      'left over: the queue internal:rows.changed',
      'left over: the queue internal:rows.changed.dead',
      'left over: the queue internal:rows.of',
    ]);
  });

  it('are all that keep RabbitMQ from declaring them again', () => {
    const found = objectsOf(older);
    const change = <Named extends { readonly name: string }>(
      objects: readonly Named[],
      [name, change]: [name: string, change: Partial<Named>],
    ) => objects.map((object) => (object.name === name ? { ...object, ...change } : object));
    const theirs = { durable: false, internal: true, arguments: { 'alternate-exchange': 'lost', note: 1 } };

    expect(
      linesOf(topologyOf(older), {
        ...found,
        exchanges: change(found.exchanges, ['/orders/:POST', theirs]),
        queues: change(found.queues, ['notes', { durable: false, auto_delete: true }]),
      }),
    ).to.deep.equal([
      'different: the exchange /orders/:POST: durable is false, and should be true',
      'different: the exchange /orders/:POST: internal is true, and should be false',
      'different: the exchange /orders/:POST: alternate-exchange is "lost", and should be not set',
      'different: the queue notes: durable is false, and should be true',
      'different: the queue notes: auto_delete is true, and should be false',
    ]);
  });

  it('are a queue without its binding, whatever exchange has its name', () => {
    const found = objectsOf(older);
    const bindings = found.bindings.map((binding) =>
      binding.destination === '/orders/:PUT' ? { ...binding, destination_type: 'exchange' } : binding,
    );

    expect(linesOf(topologyOf(older), { ...found, bindings })).to.deep.equal([
      'missing: the binding of the queue /orders/:PUT to /orders/:PUT',
    ]);
  });

  it('include the arguments of an operator', () => {
    const found = objectsOf(older);
    const queues = found.queues.map((queue) =>
      queue.name === 'notes' ? { ...queue, arguments: { ...queue.arguments, 'x-max-length': 5 } } : queue,
    );

    expect(linesOf(topologyOf(older), { ...found, queues })).to.deep.equal([
      'different: the queue notes: x-max-length is 5, and should be not set',
    ]);
  });

  it('ignore that RabbitMQ omits `internal` when it is false', () => {
    const found = objectsOf(older);
    const exchanges = found.exchanges.map(({ internal: _internal, ...exchange }) => exchange);

    expect(linesOf(topologyOf(older), { ...found, exchanges })).to.deep.equal([]);
  });

  it('are bindings with another key or other arguments, also between exchanges', () => {
    const topology = (key: string, size: number): Topology => ({
      exchanges: [
        { name: 'orders', type: 'topic' },
        { name: 'sizes', type: 'headers' },
      ],
      queues: [{ kind: 'rpc', name: 'eu' }],
      bindings: [
        { exchange: 'orders', queue: 'eu', routingKey: key },
        { exchange: 'sizes', queue: 'eu', routingKey: '', arguments: { 'x-match': 'all', size } },
      ],
      exchangeBindings: [{ source: 'orders', destination: 'sizes', routingKey: key }],
    });

    expect(linesOf(topology('eu.*', 1), found(topology('eu.*', 1)))).to.deep.equal([]);
    expect(linesOf(topology('eu.#', 2), found(topology('eu.*', 1)))).to.deep.equal([
      'missing: the binding of the queue eu to orders by the key eu.#',
      'missing: the binding of the queue eu to sizes with {"x-match":"all","size":2}',
      'missing: the binding of the exchange sizes to orders by the key eu.#',
      'left over: the binding of the queue eu to orders by the key eu.*',
      'left over: the binding of the queue eu to sizes with {"size":1,"x-match":"all"}',
      'left over: the binding of the exchange sizes to orders by the key eu.*',
    ]);
  });

  it('are the missing exchanges of other applications, and the bindings to them', () => {
    const topology = (exchange: string, key: string): Topology => ({
      exchanges: [],
      queues: [{ kind: 'rpc', name: 'usage' }],
      bindings: [],
      foreign: { exchanges: [exchange], bindings: [{ exchange, queue: 'usage', routingKey: key }] },
    });

    expect(linesOf(topology('theirs', '#'), found(topology('theirs', '#')))).to.deep.equal([]);
    expect(linesOf(topology('theirs', 'a'), found(topology('theirs', '#')))).to.deep.equal([
      'missing: the binding of the queue usage to theirs by the key a',
      'left over: the binding of the queue usage to theirs by the key #',
    ]);
    expect(linesOf(topology('gone', '#'), found(topology('theirs', '#')))).to.deep.equal([
      'missing: the exchange gone, which another application declares',
      'missing: the binding of the queue usage to gone by the key #',
    ]);
  });
});
