import { encodeEnvelope } from '@restmapper/bus';
import { createMessageId } from '@restmapper/core';
import { expect } from 'chai';
import { usePostgres } from '../support/databases.ts';
import { useWorkers } from '../support/workers.ts';

describe('the duration of a worker', () => {
  it('is sent to a caller that requests it', async () => {
    const { bus } = await useWorkers({ db: await usePostgres(), call: async () => 1 });
    const message = {
      body: encodeEnvelope({ data: Buffer.from('1'), args: Buffer.from('null') }),
      messageId: createMessageId(),
      type: 'POST /calls/{id}',
      timestampMs: Date.now(),
    };
    const ask = (headers: Record<string, string>) =>
      bus.request('/calls/{id}:POST', { ...message, headers }, { deadlineEpochMs: Date.now() + 5000 });

    const [asked, other] = [await ask({ 'x-timing': 'on' }), await ask({})];

    expect(asked.workerMs).to.be.within(0, 5000);
    expect(other).not.to.have.property('workerMs');
  });
});
