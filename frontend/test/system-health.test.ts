import { expect } from 'chai';
import { deadLetters, partsOf, sumOf } from '../src/lib/system-health.ts';
import { parseSystemReport } from '../src/lib/system-report.ts';

const report = parseSystemReport(
  JSON.stringify({
    processes: [
      { id: 'a', checks: { feeds: 'ok', bus: 'ok' }, embedded: ['bus'], counters: { requests: 3 } },
      { id: 'b', checks: { bus: 'down: gone', database: 'ok' }, counters: { requests: 4, handled: 1 } },
    ],
    queues: [
      { name: 'q', kind: 'work', messages: 5, consumers: 0 },
      { name: 'q.dead', kind: 'dead', messages: 1, consumers: 0 },
      { name: 'r.dead', kind: 'dead', messages: 7, consumers: 0 },
      { name: 's.dead', kind: 'dead', messages: 0, consumers: 0 },
      { name: 'feed:f', kind: 'feed', messages: 9, consumers: 0 },
    ],
  }),
);

describe('the health of the system', () => {
  it('shows for each part which processes use it, and which have trouble with it', () => {
    expect(partsOf(report)).to.deep.equal([
      {
        check: 'bus',
        name: 'Broker',
        users: 2,
        faults: [{ process: 'b', why: 'down: gone' }],
        embedded: true,
      },
      { check: 'database', name: 'Database', users: 1, faults: [], embedded: false },
      { check: 'feeds', name: 'Feeds', users: 1, faults: [], embedded: false },
    ]);
  });

  it('lists the queues that hold dead letters, the fullest first', () => {
    expect(deadLetters(report).map(({ name }) => name)).to.deep.equal(['r.dead', 'q.dead']);
  });

  it('adds a counter up, where there is one', () => {
    expect(sumOf(report, 'requests')).to.equal(7);
    expect(sumOf(report, 'handled')).to.equal(1);
    expect(sumOf(report, 'liveConnections')).to.equal(undefined);
  });
});
