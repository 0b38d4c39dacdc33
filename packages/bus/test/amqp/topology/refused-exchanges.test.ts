import { expect } from 'chai';
import type { Topology } from '@restmapper/core';
import { refusedExchanges } from '../../../src/amqp/topology/refused-exchanges.ts';

const topology: Topology = {
  exchanges: [
    { name: 'first', type: 'topic' },
    { name: 'second', type: 'direct', alternateExchange: 'third' },
    { name: 'third', type: 'fanout' },
    { name: 'sound', type: 'fanout' },
  ],
  queues: [],
  bindings: [
    { exchange: 'third', queue: 'bad', routingKey: '' },
    { exchange: 'sound', queue: 'good', routingKey: '' },
  ],
  exchangeBindings: [
    { source: 'first', destination: 'second', routingKey: '#' },
    { source: 'second', destination: 'first', routingKey: 'x' },
    { source: 'second', destination: 'sound', routingKey: 'x' },
  ],
};

describe('the exchanges that cannot be published to', () => {
  it('are all from which a message may reach a refused queue', () => {
    const reasons = refusedExchanges(topology, { exchanges: new Map(), queues: new Map([['bad', 'odd']]) });

    expect([...reasons]).to.have.deep.members([
      ['third', 'odd'],
      ['second', 'odd'],
      ['first', 'odd'],
    ]);
  });

  it('are those before a refused exchange, not those after it', () => {
    const reasons = refusedExchanges(topology, {
      exchanges: new Map([['second', 'odd']]),
      queues: new Map(),
    });

    expect([...reasons.keys()]).to.have.members(['first', 'second']);
  });

  it('are those of requests without an exchange for replies, whatever their queues are called', () => {
    const reasons = refusedExchanges(
      {
        exchanges: [
          { name: 'ask', type: 'direct' },
          { name: 'tell', type: 'fanout' },
        ],
        queues: [
          { kind: 'rpc', name: 'ask@eu#0', isOrdered: true },
          { kind: 'work', name: 'tell', deliveryLimit: 20 },
        ],
        bindings: [
          { exchange: 'ask', queue: 'ask@eu#0', routingKey: 'ask@eu#0' },
          { exchange: 'tell', queue: 'tell', routingKey: '' },
        ],
      },
      { exchanges: new Map([['RPC', 'odd']]), queues: new Map() },
    );

    expect([...reasons.keys()]).to.have.members(['RPC', 'ask']);
  });
});
