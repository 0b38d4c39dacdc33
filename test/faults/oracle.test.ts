import { expect } from 'chai';
import { CallLog, judge } from './support/oracle.ts';

function logOf(outcomes: Readonly<Record<string, 'confirmed' | 'refused' | 'unknown'>>): CallLog {
  const log = new CallLog();
  for (const [id, outcome] of Object.entries(outcomes)) log.record(id, outcome);
  return log;
}

describe('the oracle of the fault tests', () => {
  it('finds nothing wrong with what was confirmed and is there once, alive or dead', () => {
    const verdict = judge(logOf({ a: 'confirmed', b: 'confirmed' }), { stored: ['a'], dead: ['b'] });

    expect(verdict).to.include({ sent: 2, confirmed: 2, stored: 1, dead: 1 });
    expect(verdict).to.include({ lost: 0, unexpected: 0, duplicate: 0 });
  });

  it('counts what was confirmed and is nowhere as lost, but not what was refused or is unknown', () => {
    const log = logOf({ a: 'confirmed', b: 'refused', c: 'unknown', d: 'confirmed' });

    expect(judge(log, { stored: ['d'], dead: [] })).to.include({ lost: 1, unexpected: 0, duplicate: 0 });
  });

  it('counts what is there though it was refused as unexpected, unless it was sent again with another outcome', () => {
    const log = logOf({ a: 'refused', b: 'unknown' });
    log.record('b', 'refused');

    expect(judge(log, { stored: ['a', 'b'], dead: [] })).to.include({ lost: 0, unexpected: 1, duplicate: 0 });
  });

  it('counts what nobody sent as unexpected, and what is there more than once as duplicate', () => {
    const log = logOf({ a: 'confirmed', b: 'unknown' });

    const verdict = judge(log, { stored: ['a', 'a', 'b', 'x'], dead: ['b'] });

    expect(verdict).to.include({ lost: 0, unexpected: 1, duplicate: 2 });
  });

  it('holds a confirmation against what was said of the same message before or after', () => {
    const log = logOf({ a: 'unknown' });
    log.record('a', 'confirmed');
    log.record('a', 'refused');

    expect(judge(log, { stored: [], dead: [] })).to.include({ sent: 1, confirmed: 1, lost: 1 });
  });
});
