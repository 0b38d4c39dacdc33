import { expect } from 'chai';
import { FeedPosition } from '../../../src/amqp/feeds/feed-position.ts';
import type { FollowOptions } from '../../../src/contract/bus.ts';
import type { FeedMessage } from '../../../src/contract/message.ts';
import { createMessage } from '../../contract/fixtures.ts';

const nowMs = 1_700_000_000_500;

function message(offset: number, body = `m${offset}`, timestampMs = nowMs): FeedMessage {
  return { ...createMessage(body), offset, timestampMs };
}

/** A follower that has seen this message. */
function positionAfter(seen: FeedMessage, from: FollowOptions['from'] = 'first'): FeedPosition {
  const position = new FeedPosition(from);
  position.begin(nowMs);
  position.read(seen, seen.messageId);
  return position;
}

describe('the position in a feed', () => {
  for (const [from, start] of [
    ['first', 'first'],
    ['next', 'next'],
    [{ after: 7 }, 8],
  ] as const) {
    it(`begins at ${start} when asked for ${JSON.stringify(from)}`, () => {
      expect(new FeedPosition(from).start).to.equal(start);
    });
  }

  it('resumes at the last message seen, and skips it', () => {
    const last = message(3);
    const position = positionAfter(last);

    expect(position.start).to.equal(3);
    position.begin(nowMs);
    expect(position.isProven).to.equal(false);
    expect(position.read(last, last.messageId)).to.equal('skip');
    expect(position.isProven).to.equal(true);
    expect(position.read(message(4), 'id')).to.equal('show');
  });

  it('continues after the gap when the last message seen is no longer held', () => {
    const position = positionAfter(message(3));
    position.begin(nowMs);

    expect(position.read(message(90), 'id')).to.equal('dropped');
    expect(position.isProven).to.equal(true);
  });

  for (const [what, id, body] of [
    ['id', 'other', 'm3'],
    ['body', undefined, 'other'],
  ] as const) {
    it(`restarts when another ${what} stands where the last message was`, () => {
      const last = message(3);
      const position = positionAfter(last);
      position.begin(nowMs);

      expect(position.read(message(3, body), id ?? last.messageId)).to.equal('restart');

      position.restart();
      expect(position.start).to.equal('first');
      position.begin(nowMs);
      expect(position.read(message(0), 'id')).to.equal('show');
    });
  }

  it('goes back in time when it has seen none of the next messages, and skips older ones', () => {
    const position = new FeedPosition('next');
    position.begin(nowMs);

    expect(position.start).to.deep.equal({ '!': 'timestamp', value: 1_700_000_000 - 60 });
    position.begin(nowMs + 10_000);
    expect(position.read(message(5, 'older', nowMs - 1), 'id')).to.equal('skip');
    expect(position.read(message(6, 'missed', nowMs + 1), 'id')).to.equal('show');
    expect(position.read(message(7, 'of a slow clock', nowMs - 1), 'id')).to.equal('show');
  });

  it('learns the newest offset, and starts the requested number of messages before it', () => {
    const position = new FeedPosition({ last: 10 });
    expect(position.needsNewest).to.equal(true);

    position.learnNewest(29);

    expect(position.start).to.equal(20);
    expect(position.hasRead).to.equal(false);
  });

  it('starts at 0 when there are fewer messages than requested', () => {
    const position = new FeedPosition({ last: 10 });

    position.learnNewest(3);

    expect(position.start).to.equal(0);
  });

  it('reads everything published after the feed was empty, however much that is', () => {
    const position = new FeedPosition({ last: 10 });

    position.learnNewest(undefined);

    expect(position.start).to.equal('first');
    expect(position.hasRead).to.equal(true);
    expect(position.needsNewest).to.equal(false);
  });

  it('has caught up when it has seen the newest offset', () => {
    const position = new FeedPosition({ last: 2 });
    position.learnNewest(7);
    position.begin(nowMs);

    const hasRead = [6, 7].map((offset) => {
      position.read(message(offset), 'id');
      return position.hasRead;
    });

    expect(hasRead).to.deep.equal([false, true]);
    expect(position.needsNewest).to.equal(false);
  });

  it('reports dropped messages, but not for a record of the broker itself', () => {
    const position = positionAfter(message(3));

    expect(position.read(message(5), 'id')).to.equal('show');
    expect(position.read(message(8), 'id')).to.equal('dropped');
    expect(position.read(message(9), 'id')).to.equal('show');
  });

  it('reports messages dropped after an offset, but not before the newest', () => {
    const after = new FeedPosition({ after: 3 });
    after.begin(nowMs);
    const last = new FeedPosition({ last: 100 });
    last.learnNewest(100);
    last.begin(nowMs);

    expect(after.read(message(90), 'id')).to.equal('dropped');
    expect(last.read(message(90), 'id')).to.equal('show');
  });

  it('shows each message once', () => {
    const position = positionAfter(message(3));

    expect(position.read(message(3), 'id')).to.equal('skip');
    expect(position.read(message(2), 'id')).to.equal('skip');
  });
});
