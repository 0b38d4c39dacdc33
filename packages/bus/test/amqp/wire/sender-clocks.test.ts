import type { Message } from 'amqplib';
import { expect } from 'chai';
import { SenderClocks } from '../../../src/amqp/wire/sender-clocks.ts';

const second = 1000;

interface Sent {
  /** By the sender's clock. */
  readonly atMs: number;
  readonly leftMs?: number;
  readonly replyTo?: string;
  readonly headers?: object;
  readonly expiration?: string | undefined;
}

function requestSent({ atMs, leftMs = 5 * second, replyTo = 'gateway', headers, ...others }: Sent): Message {
  const said = headers ?? { 'x-deadline': atMs + leftMs, 'x-remaining-ms': leftMs };
  const expiration = 'expiration' in others ? others.expiration : String(leftMs);
  // The only part that is read.
  return { properties: { replyTo, headers: said, expiration } } as unknown as Message;
}

describe('the clocks of senders', () => {
  for (const aheadMs of [0, 15 * second, -15 * second, 3600 * second]) {
    it(`make no difference to a deadline when they are ${aheadMs} ms off`, () => {
      const clocks = new SenderClocks();
      const arrivesAt = (atMs: number, waitedMs: number): number => atMs + waitedMs + aheadMs;

      const first = clocks.deadlineOf(requestSent({ atMs: 0 }), arrivesAt(0, 2));
      const waited = clocks.deadlineOf(requestSent({ atMs: 100 }), arrivesAt(100, 4 * second));
      const longer = clocks.deadlineOf(
        requestSent({ atMs: 200, leftMs: 30 * second }),
        arrivesAt(200, 20 * second),
      );

      const apartMs = aheadMs === 0 ? 0 : aheadMs + 2;
      expect(first).to.equal(5 * second + apartMs);
      expect(waited).to.equal(100 + 5 * second + apartMs);
      expect(longer).to.equal(200 + 30 * second + apartMs);
    });
  }

  it('are told apart by the reply queue', () => {
    const clocks = new SenderClocks();
    clocks.deadlineOf(requestSent({ atMs: 0, replyTo: 'even' }), 1);

    const behind = clocks.deadlineOf(requestSent({ atMs: -15 * second, replyTo: 'behind' }), 1);
    const even = clocks.deadlineOf(requestSent({ atMs: 10, replyTo: 'even' }), 12);

    expect(behind).to.equal(5 * second + 1);
    expect(even).to.equal(10 + 5 * second);
  });

  it('leave a request all its remaining time while every request had to wait', () => {
    const clocks = new SenderClocks();

    const deadline = clocks.deadlineOf(requestSent({ atMs: 0 }), 3 * second);

    expect(deadline).to.equal(3 * second + 5 * second);
  });

  it('may be adjusted: a request that the broker delivered is never too late', () => {
    const clocks = new SenderClocks();
    clocks.deadlineOf(requestSent({ atMs: 0 }), 1);
    const jumpMs = 15 * second;

    const after = clocks.deadlineOf(requestSent({ atMs: second }), second + jumpMs + 2);
    const next = clocks.deadlineOf(requestSent({ atMs: 2 * second }), 2 * second + jumpMs + 1);

    expect(after).to.equal(second + jumpMs + 2 + 5 * second);
    expect(next).to.equal(2 * second + jumpMs + 1 + 5 * second);
  });

  it('may be adjusted by about the time that a request has: few requests are dropped', () => {
    const clocks = new SenderClocks();
    clocks.deadlineOf(requestSent({ atMs: 0 }), 1);
    const jumpMs = 5.5 * second;

    const leftMs = [1, 2, 3, 4, 5].map((seconds) => {
      const now = seconds * second + jumpMs + 1;
      return Number(clocks.deadlineOf(requestSent({ atMs: seconds * second }), now)) - now;
    });

    expect(leftMs.slice(2)).to.deep.equal([5 * second, 5 * second, 5 * second]);
  });

  it('are not taken for adjusted while some requests arrive in time', () => {
    const clocks = new SenderClocks();
    clocks.deadlineOf(requestSent({ atMs: 0 }), 1);

    for (let atMs = 10; atMs < 5000; atMs += 20) {
      const late = clocks.deadlineOf(requestSent({ atMs }), atMs + 5 * second + 100);
      const timely = clocks.deadlineOf(requestSent({ atMs: atMs + 10 }), atMs + 4.9 * second);
      expect([late, timely]).to.deep.equal([atMs + 5 * second, atMs + 10 + 5 * second]);
    }
  });

  it('are followed when they drift', () => {
    const clocks = new SenderClocks();
    const leftMs = 60 * second;
    clocks.deadlineOf(requestSent({ atMs: 0, leftMs }), 1);
    const driftMs = 10 * second;

    for (let atMs = 0; atMs <= 90 * second; atMs += 5 * second) {
      clocks.deadlineOf(requestSent({ atMs, leftMs }), atMs + driftMs + 1);
    }

    const deadline = clocks.deadlineOf(requestSent({ atMs: 91 * second, leftMs }), 91 * second + driftMs + 4);
    expect(deadline).to.equal(91 * second + leftMs + driftMs + 1);
  });

  it('do not matter to a retried request: what the broker does not expire may be too late', () => {
    const clocks = new SenderClocks();
    clocks.deadlineOf(requestSent({ atMs: 0 }), 1);

    const retried = clocks.deadlineOf(requestSent({ atMs: 10, expiration: undefined }), 8 * second);

    expect(retried).to.equal(10 + 5 * second);
  });

  it('do not move the deadline of a retried request, which says nothing about others', () => {
    const clocks = new SenderClocks();
    const headers = {
      'x-deadline': 5 * second,
      'x-attempt': 2,
      'x-retry-at': 3 * second,
      'x-remaining-ms': 2 * second,
    };
    const retried = requestSent({ atMs: 0, headers, expiration: undefined });

    expect(clocks.deadlineOf(retried, second)).to.equal(5 * second);
    expect(clocks.deadlineOf(retried, 3 * second + 1)).to.equal(5 * second);
    expect(clocks.deadlineOf(requestSent({ atMs: 4 * second }), 14 * second)).to.equal(19 * second);
    expect(clocks.deadlineOf(retried, 14 * second)).to.equal(15 * second);
    expect(clocks.deadlineOf(requestSent({ atMs: 5 * second }), 15 * second + 5)).to.equal(20 * second);
  });

  it('count as equal when they are less than a tenth of a second apart', () => {
    const clocks = new SenderClocks();

    expect(clocks.deadlineOf(requestSent({ atMs: 0 }), 99)).to.equal(5 * second);
    expect(clocks.deadlineOf(requestSent({ atMs: 0, replyTo: 'other' }), -99)).to.equal(5 * second);
  });

  it('do not revive a request that has just expired', () => {
    const clocks = new SenderClocks();
    clocks.deadlineOf(requestSent({ atMs: 0 }), 1);

    expect(clocks.deadlineOf(requestSent({ atMs: 10 }), 10 + 5 * second + 300)).to.equal(10 + 5 * second);
  });

  it('are trusted where a program sends only its deadline, or nothing', () => {
    const clocks = new SenderClocks();
    const headers = { 'x-deadline': 7 * second };

    expect(clocks.deadlineOf(requestSent({ atMs: 0, headers, expiration: undefined }), 1)).to.equal(
      7 * second,
    );
    expect(clocks.deadlineOf(requestSent({ atMs: 0, headers, expiration: 'soon' }), 1)).to.equal(7 * second);
    expect(clocks.deadlineOf(requestSent({ atMs: 0, headers, expiration: '2000' }), 1)).to.equal(2001);
    expect(clocks.deadlineOf(requestSent({ atMs: 0, headers: {} }), 1)).to.equal(undefined);
  });

  it('are remembered for a bounded number of senders', () => {
    const clocks = new SenderClocks();
    clocks.deadlineOf(requestSent({ atMs: 0, replyTo: 'first' }), 1);
    for (let i = 0; i < 1000; i += 1) clocks.deadlineOf(requestSent({ atMs: 0, replyTo: `sender ${i}` }), 1);

    // Were it remembered, the deadline would be earlier by what this one waited.
    const deadline = clocks.deadlineOf(requestSent({ atMs: 0, replyTo: 'first' }), second);

    expect(deadline).to.equal(second + 5 * second);
  });
});
