import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { silentLog } from '@restmapper/core';
import { FeedLog } from '../../src/memory/feed-log.ts';
import { MemoryFeed } from '../../src/memory/memory-feed.ts';
import { createMessage } from '../contract/fixtures.ts';

const kilobyte = createMessage('x'.repeat(1000));

function createLog({ maxBytes = 1_000_000, maxAgeMs = 1000 } = {}): FeedLog {
  return new FeedLog({ maxBytes, maxAgeMs });
}

describe('the log of a feed', () => {
  it('is empty from 0 to 0 at first', () => {
    const log = createLog();

    expect([log.first, log.next]).to.deep.equal([0, 0]);
    expect(log.at(0)).to.equal(undefined);
  });

  it('assigns the next offset to each message', () => {
    const log = createLog();

    for (const text of ['a', 'b', 'c']) log.append(createMessage(text), 0);

    expect([log.first, log.next]).to.deep.equal([0, 3]);
    expect([0, 1, 2].map((offset) => String(log.at(offset)?.body))).to.deep.equal(['a', 'b', 'c']);
    expect([log.at(-1), log.at(3)]).to.deep.equal([undefined, undefined]);
  });

  it('drops the oldest when together they are too large', () => {
    const log = createLog({ maxBytes: 10_000 });

    for (let i = 0; i < 50; i += 1) log.append(kilobyte, 0);

    expect(log.next).to.equal(50);
    expect(log.first).to.be.within(41, 45);
    expect(log.at(log.first - 1)).to.equal(undefined);
    expect(log.at(log.first)?.offset).to.equal(log.first);
  });

  it('keeps the newest, however large', () => {
    const log = createLog({ maxBytes: 10 });

    log.append(kilobyte, 0);
    log.append(kilobyte, 0);

    expect([log.first, log.next]).to.deep.equal([1, 2]);
  });

  it('drops the oldest when they are too old, and never reuses an offset', () => {
    const log = createLog({ maxAgeMs: 100 });
    log.append(kilobyte, 0);
    log.append(kilobyte, 50);

    log.evict(100);
    const first = log.first;
    log.evict(150);
    log.append(createMessage('new'), 200);

    expect(first).to.equal(1);
    expect([log.first, log.next]).to.deep.equal([2, 3]);
    expect(String(log.at(2)?.body)).to.equal('new');
  });
});

describe('a feed in memory', () => {
  const follow = (feed: MemoryFeed, from: { after: number } | 'next' | 'first') => {
    const offsets: number[] = [];
    const stop = feed.follow(({ offset }) => void offsets.push(offset), { from, log: silentLog });
    return { offsets, stop };
  };

  it('starts at the oldest message when the requested one is gone, or has not come yet', async () => {
    const feed = new MemoryFeed({ maxBytes: 5000, maxAgeMs: 60_000 });
    for (let i = 0; i < 20; i += 1) feed.post({ message: kilobyte });
    const [past, future] = [follow(feed, { after: 2 }), follow(feed, { after: 500 })];

    await until(() => past.offsets.at(-1) === 19);
    feed.post({ message: kilobyte });

    await until(() => future.offsets.at(-1) === 20);
    expect(past.offsets[0]).to.be.within(15, 18);
    expect(future.offsets).to.deep.equal(past.offsets);
  });

  it('notifies a follower that messages were dropped before it could read them', async () => {
    const feed = new MemoryFeed({ maxBytes: 5000, maxAgeMs: 60_000 });
    const seen: (number | string)[] = [];
    feed.follow(({ offset }) => void seen.push(offset), {
      from: 'next',
      log: silentLog,
      onBreak: (why) => void seen.push(why),
    });

    for (let i = 0; i < 20; i += 1) feed.post({ message: kilobyte });

    await until(() => seen.at(-1) === 19);
    expect(seen[0]).to.equal('dropped');
    expect(seen.filter((each) => each === 'dropped')).to.have.length(1);
  });

  it('continues with the next message when a listener throws, and still notifies the others', async () => {
    const feed = new MemoryFeed({ maxBytes: 1_000_000, maxAgeMs: 60_000 });
    const logged: object[] = [];
    const log = { ...silentLog, error: (fields: object) => void logged.push(fields) };
    const seen: number[] = [];
    feed.follow(
      ({ offset }) => {
        seen.push(offset);
        throw new Error('broken');
      },
      { from: 'first', log },
    );
    const other = follow(feed, 'first');

    feed.post({ message: kilobyte });
    feed.post({ message: kilobyte });

    await until(() => other.offsets.length === 2 && seen.length === 2);
    expect(logged).to.have.length(2);
  });

  it('stops notifying a listener that stops in the middle of a turn', async () => {
    const feed = new MemoryFeed({ maxBytes: 1_000_000, maxAgeMs: 60_000 });
    const seen: number[] = [];
    const stop = feed.follow(
      ({ offset }) => {
        seen.push(offset);
        stop();
      },
      { from: 'first', log: silentLog },
    );
    const other = follow(feed, 'first');

    for (let i = 0; i < 3; i += 1) feed.post({ message: kilobyte });

    await until(() => other.offsets.length === 3);
    expect(seen).to.deep.equal([0]);
  });

  it('shows a late follower everything, over several turns', async () => {
    const feed = new MemoryFeed({ maxBytes: 100_000_000, maxAgeMs: 60_000 });
    const message = createMessage();
    for (let i = 0; i < 2000; i += 1) feed.post({ message });

    const { offsets } = follow(feed, 'first');

    await until(() => offsets.length === 2000);
    expect(offsets).to.deep.equal(Array.from({ length: 2000 }, (_, i) => i));
  });
});
