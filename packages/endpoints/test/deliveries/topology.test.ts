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
