import { silentLog } from '@restmapper/core';
import { expect } from 'chai';
import { DatabaseGate } from '../../src/work/database-gate.ts';
import { workOnEach } from '../../src/work/work.ts';
import type { WorkOne } from '../../src/work/work.ts';
import { createDelivery } from '../support/deliveries.ts';

const gate = new DatabaseGate({ probe: async () => {}, log: silentLog });
const never = new AbortController().signal;

describe('workOnEach', () => {
  it('returns a result for each delivery, in order', async () => {
    const failure = new Error('no');
    const work = workOnEach(async ({ messageId }) => {
      if (messageId === 'b') throw failure;
      return { reply: Buffer.from(messageId) };
    }, gate);

    const results = await work(
      ['a', 'b', 'c'].map((messageId) => createDelivery({ messageId })),
      never,
    );

    expect(results).to.deep.equal([
      { reply: Buffer.from('a') },
      { error: failure },
      { reply: Buffer.from('c') },
    ]);
  });

  it('skips a request after its deadline, but no event', async () => {
    const worked: string[] = [];
    const workOne: WorkOne = async ({ messageId }) => {
      worked.push(messageId);
      return { reply: Buffer.from('1') };
    };
    const overdue = { deadlineEpochMs: Date.now() - 1 };

    await workOnEach(workOne, gate)(
      [
        createDelivery({ ...overdue, messageId: 'request', wantsReply: true }),
        createDelivery({ ...overdue, messageId: 'event' }),
      ],
      never,
    );

    expect(worked).to.deep.equal(['event']);
  });
});
