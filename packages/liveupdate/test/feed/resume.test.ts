import { expect } from 'chai';
import { readFields } from '../../src/feed/filter.ts';
import { resume, type Beginning, type Resumed } from '../../src/feed/resume.ts';
import type { FeedRing } from '../../src/feed/feed-ring.ts';
import { append, appendAll, createRing, readMessages, tagAt } from '../support/ring.ts';

const limits = { maxReplayMessages: 1_000, maxReplayBytes: 1_000_000 };
const roomA = readFields(Buffer.from('{"room":"a"}'));

interface Outcome extends Pick<Resumed, 'recovered' | 'replay' | 'gap'> {
  readonly follows: readonly string[];
}

/** The answer to a client that resumes, and the messages it gets at once. */
function tryResume(ring: FeedRing, beginning: Beginning, changed = limits): Outcome {
  const { cursor, recovered, replay, gap } = resume(ring, beginning, changed);
  return { recovered, replay, gap, follows: readMessages(ring, cursor) };
}

function positionIn({ anchor = 0, offset = 0, stream = 0 }): string {
  return `${anchor}.${tagAt(anchor, stream).toString(16).padStart(8, '0')}:${offset}`;
}

describe('resuming', () => {
  it('returns the messages after a position', () => {
    const ring = createRing();
    appendAll(ring, 0, 5);

    const outcome = tryResume(ring, { since: positionIn({ offset: 3 }) });

    expect(outcome).to.deep.equal({ recovered: true, replay: 2, gap: undefined, follows: ['o4', 'o5'] });
  });

  it('returns everything to a client that had nothing of an empty stream', () => {
    const ring = createRing();
    const { at } = resume(ring, {}, limits);
    appendAll(ring, 0, 2);

    const outcome = tryResume(ring, { since: at });

    expect(outcome).to.include({ recovered: true, replay: 3 });
    expect(outcome.follows).to.deep.equal(['o0', 'o1', 'o2']);
  });

  it('accepts the positions of another process that reads the same stream, whatever that holds', () => {
    const [one, other] = [createRing({ maxFrames: 3 }), createRing({ maxFrames: 5 })];
    for (const ring of [one, other]) appendAll(ring, 0, 9);
    const { at } = resume(one, {}, limits);
    for (const ring of [one, other]) append(ring, 10);

    expect(tryResume(other, { since: at })).to.include({ recovered: true, replay: 1 });
  });

  for (const lead of [1, 5, 999, 5_000]) {
    it(`declares a gap epoch for a position ${lead} ahead, and shows all that comes`, () => {
      const ring = createRing();
      appendAll(ring, 0, 3);
      const { cursor, recovered, gap } = resume(ring, { since: positionIn({ offset: 3 + lead }) }, limits);

      appendAll(ring, 4, 6);

      expect({ recovered, gap }).to.deep.equal({ recovered: false, gap: { from: 0, to: 3, why: 'epoch' } });
      expect(readMessages(ring, cursor)).to.deep.equal(['o4', 'o5', 'o6']);
    });
  }

  it('finds nothing missing where offsets have a hole', () => {
    const ring = createRing();
    append(ring, 1);
    append(ring, 4);
    append(ring, 5);

    const since = positionIn({ anchor: 1, offset: 3 });

    expect(tryResume(ring, { since })).to.include({ recovered: true, replay: 2 });
  });

  it('counts and returns only messages that pass a filter', () => {
    const ring = createRing();
    for (let offset = 0; offset < 6; offset += 1) append(ring, offset, { room: offset % 2 ? 'a' : 'b' });

    const outcome = tryResume(ring, { since: positionIn({ offset: 1 }), filter: roomA });

    expect(outcome).to.deep.equal({ recovered: true, replay: 2, gap: undefined, follows: ['o3', 'o5'] });
  });

  for (const [what, since] of [
    ['of another stream', positionIn({ offset: 3, stream: 1 })],
    ['with an anchor that is still to come', positionIn({ anchor: 50, offset: 3 })],
    ['after the beginning of an empty stream', '0.0:3'],
    ['that no server issued', 'nonsense'],
  ] as const) {
    it(`declares a gap epoch for a position ${what}, and continues from now`, () => {
      const ring = createRing();
      appendAll(ring, 0, 5);

      const outcome = tryResume(ring, { since });

      expect(outcome).to.deep.equal({
        recovered: false,
        replay: 0,
        gap: { from: 0, to: 5, why: 'epoch' },
        follows: [],
      });
    });
  }

  it('declares a gap evicted when the messages after it are no longer held', () => {
    const ring = createRing({ maxFrames: 4 });
    appendAll(ring, 0, 9);

    const [lost, held] = [4, 5].map((offset) => tryResume(ring, { since: positionIn({ offset }) }));

    expect(lost).to.deep.include({ recovered: false, gap: { from: 5, to: 9, why: 'evicted' }, follows: [] });
    expect(held).to.include({ recovered: true, replay: 4 });
  });

  it('declares a gap evicted when the position is too old to be proven', () => {
    const ring = createRing();
    appendAll(ring, 0, 20_000);

    const outcome = tryResume(ring, { since: positionIn({ anchor: 3, offset: 19_998 }) });

    expect(outcome.gap).to.deep.equal({ from: 0, to: 20_000, why: 'evicted' });
  });

  it('declares a gap instead of replaying too many messages, or too large ones', () => {
    const ring = createRing({ maxFrames: 100 });
    appendAll(ring, 0, 50);
    const since = positionIn({ offset: 20 });
    const gap = { from: 21, to: 50, why: 'evicted' };

    expect(tryResume(ring, { since }, { ...limits, maxReplayMessages: 30 }).gap).to.equal(undefined);
    expect(tryResume(ring, { since }, { ...limits, maxReplayMessages: 29 }).gap).to.deep.equal(gap);
    expect(tryResume(ring, { since }, { ...limits, maxReplayBytes: 1_000 }).gap).to.deep.equal(gap);
  });

  it('is not recovered when the broker dropped something in between, and says where', () => {
    const ring = createRing();
    append(ring, 0);
    ring.markLoss();
    append(ring, 9);

    const outcome = tryResume(ring, { since: positionIn({ offset: 0 }) });

    expect(outcome).to.include({ recovered: false, replay: 1 });
    expect(outcome.follows).to.deep.equal(['gap1-8broker', 'o9']);
  });
});

describe('resuming where only the broker lost something', () => {
  it('declares it at once when nothing is replayed after it', () => {
    const ring = createRing();
    append(ring, 0, { room: 'a' });
    ring.markLoss();
    append(ring, 9, { room: 'b' });

    const outcome = tryResume(ring, { since: positionIn({ offset: 0 }), filter: roomA });

    const gap = { from: 1, to: 8, why: 'broker' };
    expect(outcome).to.deep.equal({ recovered: false, replay: 0, gap, follows: [] });
  });
});

describe('beginning without a position', () => {
  const ring = createRing({ maxFrames: 20 });
  for (let offset = 0; offset < 10; offset += 1) append(ring, offset, { room: offset % 2 ? 'a' : 'b' });

  for (const [what, beginning, follows] of [
    ['no message of the ring, by default', {}, []],
    ['no message of the ring, in mode all', { mode: 'all' }, []],
    ['the newest message, in mode latest', { mode: 'latest' }, ['o9']],
    ['the newest messages, in mode tail', { mode: 'tail:3' }, ['o7', 'o8', 'o9']],
    ['the newest that match, in mode tail', { mode: 'tail:2', filter: roomA }, ['o7', 'o9']],
    [
      'the whole ring, when it holds less than requested',
      { mode: 'tail:3', filter: roomA },
      ['o5', 'o7', 'o9'],
    ],
    ['nothing for a tail of none', { mode: 'tail:0' }, []],
  ] as const) {
    it(`returns ${what}`, () => {
      const outcome = tryResume(ring, beginning);

      expect(outcome).to.deep.equal({ recovered: true, replay: follows.length, gap: undefined, follows });
    });
  }

  it('returns no more than is replayed, but the newest at least', () => {
    const few = tryResume(ring, { mode: 'tail:9' }, { ...limits, maxReplayMessages: 2 });
    const small = tryResume(ring, { mode: 'tail:9' }, { ...limits, maxReplayBytes: 1 });

    expect(few.follows).to.deep.equal(['o8', 'o9']);
    expect(small.follows).to.deep.equal(['o9']);
  });

  it('prefers a position to a mode', () => {
    const outcome = tryResume(ring, { since: positionIn({ offset: 8 }), mode: 'tail:5' });

    expect(outcome.follows).to.deep.equal(['o9']);
  });
});
