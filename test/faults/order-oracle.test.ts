import { expect } from 'chai';
import { type JournalLine, judgeOrder, type TimedLine } from './support/order-oracle.ts';

const sound = { completed: 0, repeated: 0, outOfOrder: 0, overlaps: 0, unnoticed: 0, unnoticedMs: 0 };

/** `+a0 p1` a run of the process 1 of message 0 of key a begins, `-a0 p1` it ends; each line is 10 ms later. */
function journalOf(...lines: readonly (string | JournalLine)[]): readonly TimedLine[] {
  return lines.map((line, i) => {
    const atMs = 10 * i;
    if (typeof line !== 'string') return { ...line, atMs };
    const [, mark, key = '', n, pid] = /^([+-])(\w)(\d) p(\d)$/.exec(line) ?? [];
    const run = `${pid}.${key}${n}`;
    return { t: mark === '+' ? 'begin' : 'end', key, n: Number(n), run, pid: Number(pid), atMs };
  });
}

describe('the oracle of order', () => {
  it('accepts each key in order, also over processes and with repetitions', () => {
    const journal = journalOf('+a0 p1', '+b0 p2', '-a0 p1', '-b0 p2', '+a0 p2', '-a0 p2', '+a1 p2', '-a1 p2');

    expect(judgeOrder(journal)).to.deep.equal({ ...sound, completed: 3, repeated: 1 });
  });

  it('sees a message that is completed before an earlier one of its key', () => {
    const journal = journalOf('+a1 p1', '-a1 p1', '+a0 p1', '-a0 p1');

    expect(judgeOrder(journal)).to.include({ outOfOrder: 2 });
  });

  it('sees two runs of one key at once', () => {
    const journal = journalOf('+a0 p1', '+a1 p2', '-a0 p1', '-a1 p2');

    expect(judgeOrder(journal)).to.include({ overlaps: 1 });
  });

  it('forgives a run whose process was killed, or whose signal had aborted', () => {
    const killed = journalOf('+a0 p1', { t: 'kill', pid: 1 }, '+a0 p2', '-a0 p2');
    const aborted = journalOf('+b0 p1', { t: 'abort', run: '1.b0', atMs: 10 }, '+b0 p2', '-b0 p2');

    expect(judgeOrder(killed)).to.deep.equal({ ...sound, completed: 1 });
    expect(judgeOrder(aborted)).to.deep.equal({ ...sound, completed: 1 });
  });

  it('lets a failed message run again, before the next one of its key', () => {
    const journal = journalOf('+a0 p1', { t: 'fail', run: '1.a0' }, '+a0 p1', '-a0 p1', '+a1 p1', '-a1 p1');

    expect(judgeOrder(journal)).to.deep.equal({ ...sound, completed: 2 });
  });

  it('counts runs that began before the loss of the other was noticed, and how long that took', () => {
    const cut = { t: 'cut', pid: 1 } as const;
    const aborted = journalOf('+a0 p1', cut, '+a0 p2', { t: 'abort', run: '1.a0', atMs: 30 }, '-a0 p2');
    const ended = journalOf('+a0 p1', cut, '+a0 p2', '-a0 p1', '-a0 p2');

    expect(judgeOrder(aborted)).to.deep.equal({ ...sound, completed: 1, unnoticed: 1, unnoticedMs: 10 });
    expect(judgeOrder(ended)).to.include({ overlaps: 0, unnoticed: 1, unnoticedMs: 10, repeated: 1 });
  });

  it('forgives none whose connection was not cut', () => {
    const other = journalOf(
      '+a0 p1',
      { t: 'cut', pid: 2 },
      '+a0 p2',
      { t: 'abort', run: '1.a0', atMs: 30 },
      '-a0 p2',
    );

    expect(judgeOrder(other)).to.include({ overlaps: 1, unnoticed: 0 });
  });
});
