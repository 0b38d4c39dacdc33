import { expect } from 'chai';
import { readFields } from '../../src/feed/filter.ts';
import { protocolForm } from '../../src/websocket/protocol-frames.ts';
import { append, appendAll, createRing, readMessages, readWords, tagAt, words } from '../support/ring.ts';

const hex = (tag: number): string => tag.toString(16).padStart(8, '0');

describe('the ring of a feed', () => {
  it('shows a reader each message once', () => {
    const ring = createRing();
    const cursor = ring.cursorAt(0);
    appendAll(ring, 0, 2);

    const readings = [readMessages(ring, cursor), readMessages(ring, cursor)];
    append(ring, 3);
    readings.push(readMessages(ring, cursor));

    expect(readings).to.deep.equal([['o0', 'o1', 'o2'], [], ['o3']]);
  });

  it('returns the same bytes to readers at the same place, also when they are behind', () => {
    const ring = createRing({ maxChunkBytes: 6 });
    appendAll(ring, 0, 5);
    const read = (next: number) => ring.read(ring.cursorAt(next), words);

    const first = read(1);
    const other = read(3);
    const again = read(1);
    append(ring, 6);

    expect(again).to.equal(first);
    expect(read(1)).to.equal(first);
    expect(read(3)).to.equal(other);
  });

  it('returns a new chunk to a reader that lacked only the newest when there is more', () => {
    const ring = createRing();
    appendAll(ring, 0, 1);
    ring.read(ring.cursorAt(1), words);

    append(ring, 2);

    expect(readMessages(ring, ring.cursorAt(1))).to.deep.equal(['o1', 'o2']);
  });

  it('returns as many messages as fit, and at least one', () => {
    const ring = createRing({ maxChunkBytes: 6 });
    appendAll(ring, 1, 4);
    append(ring, 5_000_000);
    const cursor = ring.cursorAt(2);

    const readings = [1, 2, 3].map(() => readMessages(ring, cursor));

    expect(readings).to.deep.equal([['o2', 'o3'], ['o4'], ['o5000000']]);
  });

  it('treats holes in the offsets as holes, not as losses', () => {
    const ring = createRing();
    append(ring, 3);
    append(ring, 7);
    ring.pass(8);
    append(ring, 9);

    expect(readMessages(ring, ring.cursorAt(5))).to.deep.equal(['o7', 'o9']);
    expect([ring.first, ring.next]).to.deep.equal([3, 10]);
  });

  it('shows a filtered reader only matching messages, and moves it past the rest', () => {
    const ring = createRing();
    append(ring, 0, { room: 'a' });
    append(ring, 1, { room: 'b' });
    append(ring, 2, { room: 'a' });
    append(ring, 3, { room: 'b' });
    const cursor = ring.cursorAt(0, readFields(Buffer.from('{"room":"a"}')));

    expect(readMessages(ring, cursor)).to.deep.equal(['o0', 'o2']);
    expect(cursor.next).to.equal(4);
    expect(readMessages(ring, ring.cursorAt(3, cursor.filter))).to.deep.equal([]);
  });

  it('drops the oldest by number and by size, and keeps the newest whatever its size', () => {
    const byNumber = createRing({ maxFrames: 4 });
    const bySize = createRing({ maxBytes: 250 });

    appendAll(byNumber, 0, 9);
    appendAll(bySize, 0, 9);
    append(bySize, 10, { text: 'x'.repeat(1_000) });

    expect(byNumber.first).to.equal(6);
    expect(bySize.first).to.equal(10);
    expect(readMessages(bySize, bySize.cursorAt(10))).to.deep.equal(['o10']);
  });

  it('notifies a reader that is behind, and lets it continue at the oldest or at the newest', () => {
    const ring = createRing({ maxFrames: 4 });
    const cursors = [ring.cursorAt(1), ring.cursorAt(1)] as const;
    appendAll(ring, 0, 9);

    const readings = cursors.map((cursor) => readWords(ring, cursor));
    const losses = [ring.skip(cursors[0], { maxAgeMs: 10_000 }), ring.skip(cursors[1], 'newest')];

    expect(readings).to.deep.equal([['behind'], ['behind']]);
    expect(losses.map(({ gap }) => gap)).to.deep.equal([
      { from: 1, to: 5, why: 'slow' },
      { from: 1, to: 8, why: 'slow' },
    ]);
    expect(readMessages(ring, cursors[0])).to.deep.equal(['o6', 'o7', 'o8', 'o9']);
    expect(readMessages(ring, cursors[1])).to.deep.equal(['o9']);
  });

  it('declares what the broker dropped, to filtered readers too, between the messages around it', () => {
    const ring = createRing();
    append(ring, 4, { a: 1 });
    ring.markLoss();
    ring.pass(8);
    append(ring, 9, { a: 2 });

    const filtered = ring.cursorAt(4, readFields(Buffer.from('{"a":1}')));

    expect(readMessages(ring, ring.cursorAt(4))).to.deep.equal(['o4', 'gap5-8broker', 'o9']);
    expect(readMessages(ring, filtered)).to.deep.equal(['o4', 'gap5-8broker']);
  });

  it('notifies readers of a recreated stream, and continues with its beginning', () => {
    const ring = createRing();
    const [early, late] = [ring.cursorAt(0), ring.cursorAt(0)];
    appendAll(ring, 0, 5);
    readWords(ring, early);

    ring.restart();
    const before = readWords(ring, early);
    append(ring, 0, { stream: 1 });

    expect(before).to.deep.equal(['gap0--1epoch', 'at0.0:-1']);
    expect(readWords(ring, early)).to.deep.equal([`at0.${hex(tagAt(0, 1))}:-1`, 'o0']);
    expect(readWords(ring, late)).to.deep.equal(['gap0--1epoch', `at0.${hex(tagAt(0, 1))}:-1`]);
    expect(readMessages(ring, late)).to.deep.equal(['o0']);
  });

  it('notifies a reader at the beginning that the beginning is gone', () => {
    const ring = createRing();
    const cursor = ring.cursorAt(0);

    append(ring, 5);

    expect(readMessages(ring, cursor)).to.deep.equal(['gap0-4epoch']);
    expect(readMessages(ring, cursor)).to.deep.equal(['o5']);
  });

  it('builds the frame of the protocol around the bytes of the data', () => {
    const ring = createRing();
    const data = Buffer.from('{"n":12345678901234567890, "f":1.0}');

    ring.append({ offset: 7, timestampMs: 1_795_000_000_123, data, tag: 1 });

    const { newest } = ring.entries;
    const text = `{"t":"m","f":"f","o":7,"d":${String(data)},"ts":1795000000123}`;
    expect(String(newest?.frame.subarray(2))).to.equal(text);
    expect(newest?.frame[1]).to.equal(text.length);
    expect(String(newest?.data)).to.equal(String(data));
  });
});

describe('the epoch of a ring', () => {
  it('is that of an empty stream at first, and is announced before the first message', () => {
    const ring = createRing();
    const cursor = ring.cursorAt(0);
    expect(ring.positionBefore(0)).to.equal('0.0:-1');

    appendAll(ring, 0, 1);

    expect(readWords(ring, cursor)).to.deep.equal([`at0.${hex(tagAt(0))}:-1`, 'o0', 'o1']);
  });

  it('advances with the messages, though never to the newest, and each reader is notified', () => {
    const ring = createRing({ maxFrames: 4_096, maxBytes: 1_000_000 });
    appendAll(ring, 0, 3_000);

    const told = readWords(ring, ring.cursorAt(1)).filter((word) => word.startsWith('at'));

    expect(told).to.deep.equal([
      `at959.${hex(tagAt(959))}:1023`,
      `at1918.${hex(tagAt(1918))}:1982`,
      `at2877.${hex(tagAt(2877))}:2941`,
    ]);
  });

  it('has a held anchor even when the ring holds one message only', () => {
    const ring = createRing({ maxBytes: 1 });
    appendAll(ring, 0, 9);

    const told = readWords(ring, ring.cursorAt(9));

    expect(told).to.deep.equal([`at8.${hex(tagAt(8))}:8`, 'o9']);
  });

  it('is proven by any message that is remembered, and refuted by another tag', () => {
    const ring = createRing({ maxFrames: 4 });
    appendAll(ring, 0, 99);

    expect(ring.prove({ anchor: 3, tag: hex(tagAt(3)) })).to.equal('same');
    expect(ring.prove({ anchor: 3, tag: hex(tagAt(3, 1)) })).to.equal('other');
    expect(ring.prove({ anchor: 100, tag: hex(tagAt(100)) })).to.equal('unknown');
  });

  it('is forgotten only after many thousand messages', () => {
    const ring = createRing();
    appendAll(ring, 0, 20_000);

    expect(ring.prove({ anchor: 5_000, tag: hex(tagAt(5_000)) })).to.equal('same');
    expect(ring.prove({ anchor: 3_000, tag: hex(tagAt(3_000)) })).to.equal('unknown');
  });
});

describe('what the protocol calls a chunk', () => {
  it('counts messages, not the notices between them', () => {
    const ring = createRing();
    append(ring, 0);
    ring.markLoss();
    append(ring, 5);

    const reading = ring.read(ring.cursorAt(0), protocolForm);

    expect(reading).to.include({ kind: 'chunk', messages: 2, next: 6 });
  });
});
