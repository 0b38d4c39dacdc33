import { expect } from 'chai';
import { ExchangeGraph } from '../../src/dispatch/exchange-graph.ts';

const exchanges = [
  { name: 'a', type: 'headers' },
  { name: 'b', type: 'topic' },
] as const;

describe('the exchange graph', () => {
  it('matches a long key by many wildcards quickly', () => {
    const graph = new ExchangeGraph();
    const routingKey = `${'#.x.'.repeat(60)}y`;
    graph.declare({ exchanges, queues: [], bindings: [{ exchange: 'b', queue: 'q', routingKey }] });
    const start = performance.now();

    const queues = graph.route('b', { routingKey: 'x.'.repeat(127), headers: {} });

    expect([...queues]).to.deep.equal([]);
    expect(performance.now() - start).to.be.lessThan(100);
  });

  it('refuses an unknown x-match, and bindings of exchanges that are not there', () => {
    const graph = new ExchangeGraph();
    const queues = [] as const;
    const odd = { exchange: 'a', queue: 'q', routingKey: '', arguments: { 'x-match': 'some' } };
    const nowhere = { source: 'a', destination: 'c', routingKey: '' };

    expect(() => graph.declare({ exchanges, queues, bindings: [odd] })).to.throw(TypeError, 'some');
    expect(() => graph.declare({ exchanges, queues, bindings: [], exchangeBindings: [nowhere] })).to.throw(
      TypeError,
      'c',
    );
  });
});
