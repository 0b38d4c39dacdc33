import { expect } from 'chai';
import { EntryLog } from '../src/lib/entry-log.ts';
import type { FeedEntry } from '../src/lib/feed-entry.ts';
import { containsText } from '../src/lib/text-search.ts';

function message(key: number, raw = `{"n":${key}}`): FeedEntry {
  return { kind: 'message', key, feed: 'messages', offset: key, position: `0.0:${key}`, sentAtMs: 0, raw };
}

function gap(key: number): FeedEntry {
  return { kind: 'gap', key, atMs: 0, from: 1, to: 2, why: 'slow' };
}

function keysOf(log: EntryLog): readonly number[] {
  return log.shown.map(({ key }) => key);
}

describe('entry log', () => {
  it('shows the newest first', () => {
    const log = new EntryLog();

    log.append([message(1), message(2)]);
    log.append([message(3)]);

    expect(keysOf(log)).to.deep.equal([3, 2, 1]);
  });

  it('keeps no more entries than allowed, also of one batch', () => {
    const log = new EntryLog({ maxEntries: 3 });

    log.append([message(1), message(2)]);
    log.append([message(3), message(4), message(5), message(6)]);

    expect(keysOf(log)).to.deep.equal([6, 5, 4]);
    expect(log.size).to.equal(3);
  });

  it('keeps no more text than allowed, but always the newest', () => {
    const log = new EntryLog({ maxCharacters: 10 });
    log.append([message(1, '12345'), message(2, '12345')]);

    log.append([message(3, '1')]);
    expect(keysOf(log)).to.deep.equal([3, 2]);
    log.append([message(4, '123456789012345')]);
    expect(keysOf(log)).to.deep.equal([4]);
    log.append([message(5, '12')]);
    expect(keysOf(log)).to.deep.equal([5]);
  });

  it('does not change the arrays that it returned before', () => {
    const log = new EntryLog({ maxEntries: 2 });
    log.append([message(1), message(2)]);
    const before = log.shown;

    log.append([message(3)]);

    expect(before.map(({ key }) => key)).to.deep.equal([2, 1]);
  });

  it('filters present and future entries, and forgets both alike', () => {
    const log = new EntryLog({ maxEntries: 4 });
    log.append([message(1, '"tea"'), message(2, '"milk"'), message(3, '"TEA"')]);

    log.filterBy(containsText('tea'));
    expect(keysOf(log)).to.deep.equal([3, 1]);
    log.append([message(4, '"tea"'), message(5, '"milk"')]);
    expect(keysOf(log)).to.deep.equal([4, 3]);
    log.filterBy(containsText('  '));
    expect(keysOf(log)).to.deep.equal([5, 4, 3, 2]);
  });

  it('shows notices whatever the filter', () => {
    const log = new EntryLog();
    log.filterBy(containsText('nothing like it'));

    log.append([message(1), gap(2)]);

    expect(keysOf(log)).to.deep.equal([2]);
  });

  it('is empty once cleared, and holds as much as before', () => {
    const log = new EntryLog({ maxCharacters: 10 });
    log.append([message(1, '1234567890')]);

    log.clear();
    log.append([message(2, '12345'), message(3, '12345')]);

    expect(keysOf(log)).to.deep.equal([3, 2]);
  });
});
