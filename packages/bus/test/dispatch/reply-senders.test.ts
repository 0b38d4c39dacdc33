import { expect } from 'chai';
import { silentLog } from '@restmapper/core';
import { until } from '../../../../test/support/until.ts';
import type { Delivery, PartialReply } from '../../src/contract/message.ts';
import { type OutgoingPart, ReplySenders } from '../../src/dispatch/reply-senders.ts';
import { createGate, createMessage, never, within } from '../contract/fixtures.ts';

const part = (text: string): PartialReply => ({ body: Buffer.from(text) });

interface JobOptions {
  readonly deadlineEpochMs?: number;
  readonly replyIdleMs?: number;
  readonly send?: (part: OutgoingPart) => Promise<boolean>;
}

function createJob(
  replies: (signal: AbortSignal) => AsyncIterable<PartialReply>,
  {
    deadlineEpochMs = within().deadlineEpochMs,
    replyIdleMs = 5000,
    send = async () => true,
  }: JobOptions = {},
) {
  const lease = new AbortController();
  const sent: string[] = [];
  let accepted = 0;
  const delivery: Delivery = {
    ...createMessage(),
    queue: 'q',
    attempt: 1,
    routingKey: '',
    failures: 0,
    redelivered: false,
    wantsReply: true,
    deadlineEpochMs,
    replyIdleMs,
  };
  const job = {
    delivery,
    outcome: { kind: 'replies' as const, replies },
    signal: lease.signal,
    accept: () => (accepted += 1),
    send: async (sending: OutgoingPart) => {
      const { seq, hasMore, reply } = sending;
      sent.push(`${seq} ${hasMore ? 'more' : 'end'} ${reply.isError ? 'failed' : String(reply.body)}`.trim());
      return send(sending);
    },
  };
  return { job, sent, lease, accepted: () => accepted };
}

async function* twice(): AsyncGenerator<PartialReply> {
  yield part('a');
  yield part('b');
}

describe('the sender of several replies', () => {
  it('settles the request, and sends each reply and the end', async () => {
    const { job, sent, accepted } = createJob(twice);

    await new ReplySenders(silentLog).run(job);

    expect(sent).to.deep.equal(['0 more a', '1 more b', '2 end']);
    expect(accepted()).to.equal(1);
  });

  it('reports a worker failure when no reply is produced in time', async () => {
    const ended = createGate<unknown>();
    const stuck = createJob(
      async function* (signal) {
        signal.addEventListener('abort', () => ended.open(signal.reason));
        yield part('a');
        await never;
      },
      { replyIdleMs: 30 },
    );

    await new ReplySenders(silentLog).run(stuck.job);

    expect(stuck.sent).to.deep.equal(['0 more a', '1 end failed']);
    expect(await ended.passed).to.be.instanceOf(Error);
  });

  it('reports it when the right to answer is lost, and returns the iterator', async () => {
    const ended = createGate();
    const { job, sent, lease } = createJob(async function* (signal) {
      try {
        yield part('a');
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
      } finally {
        ended.open();
      }
    });
    const running = new ReplySenders(silentLog).run(job);
    await until(() => sent.length === 1);

    lease.abort(new Error('the channel is lost'));
    await running;

    expect(sent).to.deep.equal(['0 more a', '1 end failed']);
    await ended.passed;
  });

  it('stops silently when the caller has left', async () => {
    const ended = createGate();
    const { job, sent } = createJob(
      async function* () {
        try {
          for (;;) yield part('a');
        } finally {
          ended.open();
        }
      },
      { send: async ({ seq }) => seq < 2 },
    );

    await new ReplySenders(silentLog).run(job);

    expect(sent).to.deep.equal(['0 more a', '1 more a', '2 more a']);
    await ended.passed;
  });

  it('makes requests beyond the maximum wait, unsettled', async () => {
    const gate = createGate();
    const senders = new ReplySenders(silentLog, 1);
    const first = createJob(async function* () {
      yield part('a');
      await gate.passed;
    });
    const second = createJob(twice);
    const late = createJob(twice, within(50));
    const lost = createJob(twice);
    const running = [first, second, late, lost].map(({ job }) => senders.run(job));
    await running[2];
    lost.lease.abort(new Error('the channel is lost'));
    await running[3];
    const before = second.accepted();

    gate.open();
    await Promise.all(running);

    expect([before, second.accepted()]).to.deep.equal([0, 1]);
    expect(second.sent).to.deep.equal(['0 more a', '1 more b', '2 end']);
    expect([late.accepted(), late.sent]).to.deep.equal([1, []]);
    expect([lost.accepted(), lost.sent]).to.deep.equal([0, []]);
  });
});
