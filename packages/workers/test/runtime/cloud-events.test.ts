import { encodeContent } from '@restmapper/bus';
import { createMessageId } from '@restmapper/core';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import type { Call } from '../../src/work/handler.ts';
import { usePostgres } from '../support/databases.ts';
import { useWorkers } from '../support/workers.ts';

const type = 'POST /events';

async function handle(content: { readonly body: Buffer }): Promise<Call> {
  const seen: Call[] = [];
  const { bus } = await useWorkers({ db: await usePostgres(), event: async (call) => void seen.push(call) });
  const message = { ...content, type, messageId: createMessageId(), timestampMs: Date.now(), headers: {} };
  await bus.publish('/events:POST', message, { deadlineEpochMs: Date.now() + 5_000 });
  return await until(() => seen[0]);
}

describe('a module that handles a CloudEvent', () => {
  it('gets its attributes, and its other parts from texts', async () => {
    const event = { specversion: '1.0', id: 'A', source: '/s', type: 't', priority: 2 } as const;
    const identity = { subject: 'ü', scheme: 'users', scopes: ['a'], claims: { tenant: 't1' } };
    const parts = { data: Buffer.from('{"n":2}'), args: Buffer.from('{"q":1}') };

    const call = await handle(
      encodeContent({ ...parts, identity: Buffer.from(JSON.stringify(identity)) }, event),
    );

    expect(call).to.deep.equal({
      data: { n: 2 },
      args: { q: 1 },
      params: {},
      headers: {},
      identity,
      cloudEvent: event,
    });
  });

  it('gets an ordinary call from an envelope that only looks like one', async () => {
    const call = await handle({ body: Buffer.from('{"specversion":"1.0","data":1}') });

    expect(call).to.deep.equal({ data: 1, args: null, params: {}, headers: {}, identity: null });
  });
});
