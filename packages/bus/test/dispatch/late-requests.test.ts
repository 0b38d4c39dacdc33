import { expect } from 'chai';
import { LateRequests } from '../../src/dispatch/late-requests.ts';
import type { Delivery } from '../../src/contract/message.ts';
import { silentLog } from '@restmapper/core';

const event: Delivery = {
  body: Buffer.alloc(0),
  messageId: '',
  type: '',
  timestampMs: 0,
  headers: {},
  queue: '',
  routingKey: '',
  attempt: 1,
  failures: 0,
  redelivered: false,
  wantsReply: false,
  deadlineEpochMs: undefined,
};
const request: Delivery = { ...event, wantsReply: true, deadlineEpochMs: 1 };

describe('late requests and expired events', () => {
  it('are counted, and logged once a minute', () => {
    const logged: unknown[] = [];
    const warn = (fields: object, message: string): void => void logged.push({ ...fields, message });
    const late = new LateRequests({ ...silentLog, warn });

    for (let i = 0; i < 3; i += 1) late.add('prices', [request, request]);
    for (let i = 0; i < 3; i += 1) late.add('checks', [event]);

    expect(late).to.include({ count: 6, expired: 3 });
    expect(logged).to.deep.equal([
      {
        queue: 'prices',
        requests: 2,
        message: 'requests arrived after their deadline and were dropped: are the clocks synchronized?',
      },
      { queue: 'checks', events: 1, message: 'events had expired and were dropped' },
    ]);
  });
});
