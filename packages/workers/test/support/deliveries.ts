import type { Delivery } from '@restmapper/bus';

/** An event, delivered for the first time, with these other fields. */
export function createDelivery(fields: Partial<Delivery> = {}): Delivery {
  return {
    queue: 'queue',
    routingKey: '',
    body: Buffer.from('{}'),
    messageId: 'id',
    type: 'POST /a',
    timestampMs: 1_700_000_000_000,
    headers: {},
    attempt: 1,
    failures: 0,
    redelivered: false,
    wantsReply: false,
    deadlineEpochMs: undefined,
    ...fields,
  };
}
