import { expect } from 'chai';
import { findLetterQueues, letterQueuesOf } from '../../src/dead-letters/letter-queues.ts';
import { formatSummaries } from '../../src/dead-letters/letter-text.ts';
import { createComesBack } from '../../src/dead-letters/unroutable-keys.ts';
import { createDividedModel } from '../divided-model.ts';

const model = createDividedModel();
const eu = ['check@eu#0', 'check@eu#1', 'check@eu#2'];
const us = ['check@us#0', 'check@us#1', 'check@us#2'];
const unrouted = '/check:POST@.dead';

describe('the queues with dead letters', () => {
  it('are those for messages of each part, and for messages that no part takes', () => {
    const queues = letterQueuesOf(model);

    expect(queues.map(({ name }) => name)).to.have.members([unrouted, ...eu, ...us, 'orders']);
    expect(queues.find(({ name }) => name === 'check@eu#1')).to.deep.equal({
      name: 'check@eu#1',
      letters: 'check@eu#1.dead',
      partOf: 'check',
    });
    expect(queues.find(({ name }) => name === unrouted)).to.deep.equal({
      name: unrouted,
      letters: unrouted,
      partOf: unrouted,
      exchange: '/check:POST@',
    });
  });

  for (const [given, expected] of [
    ['check@us#2', ['check@us#2']],
    ['check@us#2.dead', ['check@us#2']],
    [unrouted, [unrouted]],
    ['check', [...eu, ...us]],
    ['check.dead', [...eu, ...us]],
    ['check@us', us],
    ['checker', [...eu, ...us]],
    ['POST /check', [unrouted, ...eu, ...us]],
    ['orders', ['orders']],
    ['orders.dead', ['orders']],
    ['store', ['orders']],
    ['POST /orders', ['orders']],
  ] as const) {
    it(`are ${expected.length} when ${given} is named`, () => {
      const { queues } = findLetterQueues(model, given);

      expect(queues.map(({ name }) => name)).to.deep.equal(expected);
    });
  }

  it('are those of the values that a worker consumes', () => {
    const workers = model.workers.map((worker) => ({ ...worker, only: ['us'] }));

    const { title, queues } = findLetterQueues({ ...model, workers }, 'checker');

    expect(title).to.equal('checker');
    expect(queues.map(({ name }) => name)).to.deep.equal(us);
  });

  it('are listed, with one name for all parts, if the name is unknown', () => {
    expect(() => findLetterQueues(model, 'check@asia')).to.throw(
      '"check@asia" is not a queue of events; the file has /check:POST@.dead, check, orders',
    );
  });

  it('have the sum of their parts above these', () => {
    const summary = (queue: string, letters: number, partOf?: string) => ({
      queue,
      letters,
      examined: letters,
      reasons: [{ reason: 'no', letters }],
      ...(partOf !== undefined && { partOf }),
    });

    const text = formatSummaries(
      [summary('check@eu#1', 2, 'check'), summary('orders', 1), summary('check@us#0', 3, 'check')],
      letterQueuesOf(model),
    );

    expect(text).to.equal(
      [
        'check  5 dead letters in 2 of 6 queues',
        '  check@eu#1  2 dead letters',
        '        2  no',
        '  check@us#0  3 dead letters',
        '        3  no',
        'orders  1 dead letter',
        '      1  no',
        '',
      ].join('\n'),
    );
  });

  it('get a replayed message again if the file has no queue for its routing key', () => {
    const comesBack = createComesBack(model);

    expect(comesBack({ queue: unrouted, routingKey: 'asia' })).to.equal(true);
    expect(comesBack({ queue: unrouted, routingKey: 'eu' })).to.equal(false);
    expect(comesBack({ queue: 'check@eu#0', routingKey: 'asia' })).to.equal(false);
  });
});
