import { expect } from 'chai';
import { exchangeName, feedQueueName, topologyOf } from '../../src/index.ts';
import { parse } from '../parse.ts';

describe('names on the bus', () => {
  it('are built from the path and the method, and from the feed', () => {
    expect(exchangeName('/messages/', 'POST')).to.equal('/messages/:POST');
    expect(feedQueueName('messages')).to.equal('feed:messages');
  });
});

describe('topologyOf', () => {
  it('keeps the events of an endpoint without a worker in its default queue', () => {
    const { queues, bindings } = topologyOf(parse('endpoints:\n  POST /a: { fanout: true }\n'));

    expect(queues).to.deep.equal([{ kind: 'work', name: '/a:POST', deliveryLimit: 20 }]);
    expect(bindings).to.deep.equal([{ exchange: '/a:POST', queue: '/a:POST', routingKey: '' }]);
  });

  it('has no unused queue for an endpoint that is only streamed', () => {
    const { queues, bindings } = topologyOf(parse('endpoints:\n  POST /a: { fanout: true, feed: live }\n'));

    expect(queues.map(({ name }) => name)).to.deep.equal(['feed:live']);
    expect(bindings).to.deep.equal([{ exchange: '/a:POST', queue: 'feed:live', routingKey: '' }]);
  });

  it('gives each worker of an event its queue, and no other queue', () => {
    const topology = topologyOf(
      parse(`endpoints:
  POST /a: { fanout: true }
workers:
  store: { on: POST /a, use: append, table: t, queue: store }
  mail: { on: POST /a, use: ./mail.ts, queue: mail }
`),
    );

    expect(topology.queues.map(({ name }) => name)).to.deep.equal(['store', 'mail']);
    expect(topology.bindings).to.deep.equal([
      { exchange: '/a:POST', queue: 'store', routingKey: '' },
      { exchange: '/a:POST', queue: 'mail', routingKey: '' },
    ]);
  });

  it('declares the queue of an rpc endpoint also when its worker is elsewhere', () => {
    const topology = topologyOf(parse('endpoints:\n  GET /a: { rpc: true }\n'));

    expect(topology).to.deep.equal({
      exchanges: [{ name: '/a:GET', type: 'direct' }],
      queues: [{ kind: 'rpc', name: '/a:GET' }],
      bindings: [{ exchange: '/a:GET', queue: '/a:GET', routingKey: '/a:GET' }],
    });
  });

  it('binds one feed to every endpoint that names it, by the key of a request', () => {
    const topology = topologyOf(
      parse(`endpoints:
  POST /a: { fanout: true, feed: live }
  PUT /a: { rpc: true, feed: live }
feeds:
  live: { maxAge: 2m, maxBytes: 5MB }
`),
    );

    expect(topology.queues.filter(({ kind }) => kind === 'feed')).to.deep.equal([
      { kind: 'feed', name: 'feed:live', maxAgeSeconds: 120, maxBytes: 5_000_000 },
    ]);
    expect(topology.bindings.filter(({ queue }) => queue === 'feed:live')).to.deep.equal([
      { exchange: '/a:POST', queue: 'feed:live', routingKey: '' },
      { exchange: '/a:PUT', queue: 'feed:live', routingKey: '/a:PUT' },
    ]);
  });

  it('names every queue once, and binds none that it does not declare', () => {
    const { exchanges, queues, bindings } = topologyOf(
      parse(`endpoints:
  POST /a: { fanout: true, feed: live }
  POST /b: { fanout: true, feed: live }
  GET /c: { rpc: true, feed: other }
workers:
  v: { on: POST /a, use: ./v.ts }
  w: { on: POST /a, use: ./w.ts, queue: w }
`),
    );

    const names = queues.map(({ name }) => name);
    expect(new Set(names)).to.have.property('size', names.length);
    expect(names).to.include.members(bindings.map(({ queue }) => queue));
    expect(bindings.map(({ queue }) => queue)).to.include.members(names);
    expect(exchanges.map(({ name }) => name)).to.include.members(bindings.map(({ exchange }) => exchange));
  });
});

describe('the topology of a source with several queues', () => {
  const region = 'body: { required: [region], properties: { region: { enum: [eu, us] }, n: {} } }';

  function ofText(text: string) {
    const { exchanges, queues, bindings, exchangeBindings = [] } = topologyOf(parse(text));
    return { exchanges, queues, bindings, exchangeBindings };
  }

  it('has a queue for each value of an event, behind an exchange of its own, and keeps what none takes', () => {
    const topology = ofText(
      `internal: { check: { fanout: { routingKey: data.region }, feed: live, ${region} } }
workers: { w: { on: check, use: ./w.ts, queue: w } }
`,
    );

    expect(topology.exchanges).to.deep.equal([
      { name: 'internal:check', type: 'fanout' },
      { name: 'internal:check@', type: 'direct', alternateExchange: 'internal:check@.dead' },
      { name: 'internal:check@.dead', type: 'fanout' },
    ]);
    expect(topology.queues.map(({ kind, name }) => [kind, name])).to.deep.equal([
      ['unrouted', 'internal:check@.dead'],
      ['work', 'w@eu'],
      ['work', 'w@us'],
      ['feed', 'feed:live'],
    ]);
    expect(topology.bindings).to.deep.equal([
      { exchange: 'internal:check@.dead', queue: 'internal:check@.dead', routingKey: '' },
      { exchange: 'internal:check@', queue: 'w@eu', routingKey: 'eu' },
      { exchange: 'internal:check@', queue: 'w@us', routingKey: 'us' },
      { exchange: 'internal:check', queue: 'feed:live', routingKey: '' },
    ]);
    expect(topology.exchangeBindings).to.deep.equal([
      { source: 'internal:check', destination: 'internal:check@', routingKey: '' },
    ]);
  });

  it('has the partitions of each ordered worker of an event, and the plain queue of another one', () => {
    const topology = ofText(
      `internal: { check: { fanout: true, ${region} } }
workers:
  o: { on: check, use: ./o.ts, queue: o, orderingKey: data.n, partitions: 2 }
  p: { on: check, use: ./p.ts, queue: p }
`,
    );

    expect(topology.exchanges.slice(1)).to.deep.equal([
      { name: 'o#', type: 'headers', alternateExchange: 'o#0' },
      { name: 'o#0', type: 'fanout' },
    ]);
    expect(topology.queues).to.deep.equal([
      { kind: 'work', name: 'o#0', deliveryLimit: 50, isOrdered: true },
      { kind: 'work', name: 'o#1', deliveryLimit: 50, isOrdered: true },
      { kind: 'work', name: 'p', deliveryLimit: 20 },
    ]);
    expect(topology.bindings).to.deep.equal([
      { exchange: 'o#0', queue: 'o#0', routingKey: '' },
      { exchange: 'o#', queue: 'o#0', routingKey: '', arguments: { 'partition:o': '0' } },
      { exchange: 'o#', queue: 'o#1', routingKey: '', arguments: { 'partition:o': '1' } },
      { exchange: 'internal:check', queue: 'p', routingKey: '' },
    ]);
    expect(topology.exchangeBindings).to.deep.equal([
      { source: 'internal:check', destination: 'o#', routingKey: '' },
    ]);
  });

  it('has the partitions of each value of an event', () => {
    const { queues, exchangeBindings } = ofText(
      `internal: { check: { fanout: { routingKey: data.region }, ${region} } }
workers: { o: { on: check, use: ./o.ts, queue: o, orderingKey: data.n, partitions: 1, only: [us] } }
`,
    );

    expect(queues.map(({ name }) => name)).to.deep.equal(['internal:check@.dead', 'o@eu#0', 'o@us#0']);
    expect(exchangeBindings.slice(1)).to.deep.equal([
      { source: 'internal:check@', destination: 'o@eu#', routingKey: 'eu' },
      { source: 'internal:check@', destination: 'o@us#', routingKey: 'us' },
    ]);
  });

  it('binds the queues of requests by their names, and the first partition also without a number', () => {
    const topology = ofText(
      `internal: { ask: { rpc: { routingKey: data.region }, ${region} } }
workers: { o: { on: ask, use: ./o.ts, orderingKey: data.n, partitions: 2 } }
`,
    );

    expect(topology.exchangeBindings).to.deep.equal([]);
    expect(topology.queues.slice(0, 1)).to.deep.equal([
      { kind: 'rpc', name: 'internal:ask@eu#0', isOrdered: true },
    ]);
    expect(topology.bindings.slice(0, 3)).to.deep.equal([
      { exchange: 'internal:ask', queue: 'internal:ask@eu#0', routingKey: 'internal:ask@eu' },
      { exchange: 'internal:ask', queue: 'internal:ask@eu#0', routingKey: 'internal:ask@eu#0' },
      { exchange: 'internal:ask', queue: 'internal:ask@eu#1', routingKey: 'internal:ask@eu#1' },
    ]);
  });

  it('has the default queue of each value of an event without a worker', () => {
    const { queues } = ofText(`internal: { check: { fanout: { routingKey: data.region }, ${region} } }
`);

    expect(queues.map(({ name }) => name)).to.deep.equal([
      'internal:check@.dead',
      'internal:check@eu',
      'internal:check@us',
    ]);
  });
});
