import { expect } from 'chai';
import { CallLog, judge } from './support/oracle.ts';

function logOf(outcomes: Readonly<Record<string, 'confirmed' | 'refused' | 'unknown'>>): CallLog {
  const log = new CallLog();
  for (const [id, outcome] of Object.entries(outcomes)) log.record(id, outcome);
  return log;
}

describe('the oracle of the fault tests', () => {
  it('accepts confirmed messages that are found once, live or dead', () => {
    const verdict = judge(logOf({ a: 'confirmed', b: 'confirmed' }), { stored: ['a'], dead: ['b'] });

    expect(verdict).to.include({ sent: 2, confirmed: 2, stored: 1, dead: 1 });
    expect(verdict).to.include({ lost: 0, unexpected: 0, duplicate: 0 });
  });

  it('counts confirmed messages that are missing as lost, but not refused or unknown ones', () => {
    const log = logOf({ a: 'confirmed', b: 'refused', c: 'unknown', d: 'confirmed' });

    expect(judge(log, { stored: ['d'], dead: [] })).to.include({ lost: 1, unexpected: 0, duplicate: 0 });
  });

  it('counts refused messages that are found as unexpected, unless a repetition was not refused', () => {
    const log = logOf({ a: 'refused', b: 'unknown' });
    log.record('b', 'refused');

    expect(judge(log, { stored: ['a', 'b'], dead: [] })).to.include({ lost: 0, unexpected: 1, duplicate: 0 });
  });

  it('counts messages that were never sent as unexpected, and repeated ones as duplicate', () => {
    const log = logOf({ a: 'confirmed', b: 'unknown' });

    const verdict = judge(log, { stored: ['a', 'a', 'b', 'x'], dead: ['b'] });

    expect(verdict).to.include({ lost: 0, unexpected: 1, duplicate: 2 });
  });

  it('keeps a confirmation in spite of other outcomes of the same message before or after', () => {
    const log = logOf({ a: 'unknown' });
    log.record('a', 'confirmed');
    log.record('a', 'refused');

    expect(judge(log, { stored: [], dead: [] })).to.include({ sent: 1, confirmed: 1, lost: 1 });
  });
});
