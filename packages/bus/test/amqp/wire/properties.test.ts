import { expect } from 'chai';
import type { Message as AmqpMessage } from 'amqplib';
import { validate, version } from 'uuid';
import { readRetryAtMs } from '../../../src/amqp/wire/amqp-headers.ts';
import { toDelivery, toFeedMessage, toMessage, toProperties } from '../../../src/amqp/wire/properties.ts';
import type { DeliverySource } from '../../../src/amqp/wire/properties.ts';
import { SenderClocks } from '../../../src/amqp/wire/sender-clocks.ts';
import { createMessage } from '../../contract/fixtures.ts';

type Properties = { readonly [name in keyof AmqpMessage['properties']]?: unknown };

/** A message as amqplib delivers it. */
function received(properties: Properties = {}, body = '{}'): AmqpMessage {
  const fields = { deliveryTag: 1, redelivered: false, exchange: '', routingKey: 'q' };
  // What a sender leaves out is undefined.
  return { content: Buffer.from(body), fields, properties: properties as AmqpMessage['properties'] };
}

const live: DeliverySource = { queue: 'q', kind: 'work' };

describe('the properties of a message', () => {
  it('restore what was sent, to the millisecond', () => {
    const message = { ...createMessage('{}', { a: 'x', n: 3 }), timestampMs: 1_700_000_000_123 };

    expect(toMessage(received(toProperties(message)))).to.deep.equal(message);
  });

  it('carry the time in seconds for programs that know nothing finer', () => {
    const { timestamp } = toProperties({ ...createMessage(), timestampMs: 1_700_000_000_999 });

    expect(timestamp).to.equal(1_700_000_000);
  });

  it('tag numbers that AMQP would take for integers it does not have', () => {
    const { headers } = toProperties(createMessage('{}', { huge: -1e300, half: 2 ** 50 + 0.5, whole: 7 }));

    expect(headers).to.include({ whole: 7 });
    expect(headers.huge).to.deep.equal({ '!': 'double', value: -1e300 });
    expect(headers.half).to.deep.equal({ '!': 'double', value: 2 ** 50 + 0.5 });
  });

  it('may all be missing', () => {
    const before = Date.now();

    const delivery = toDelivery(received(), live);

    expect(delivery).to.deep.include({
      type: '',
      headers: {},
      attempt: 1,
      failures: 0,
      redelivered: false,
      wantsReply: false,
      deadlineEpochMs: undefined,
    });
    expect(version(delivery.messageId)).to.equal(7);
    expect(delivery.timestampMs).to.be.within(before, Date.now());
  });

  it('map an id that is not a UUID to one stable UUID', () => {
    const [first, again, other] = ['order-7', 'order-7', 'order-8'].map(
      (messageId) => toMessage(received({ messageId })).messageId,
    );

    expect(validate(first)).to.equal(true);
    expect(again).to.equal(first);
    expect(other).to.not.equal(first);
  });

  it('normalize a UUID', () => {
    const { messageId } = toMessage(received({ messageId: '0190F3C2-1B6E-7B6A-8C55-0123456789AB' }));

    expect(messageId).to.equal('0190f3c2-1b6e-7b6a-8c55-0123456789ab');
  });

  it('carry the milliseconds in the id, and in a header only if they differ', () => {
    const message = { ...createMessage('{}'), messageId: '018bcfe5-687b-7abc-8def-0123456789ab' };
    const same = toProperties({ ...message, timestampMs: 1_700_000_000_123 });
    const other = toProperties({ ...message, timestampMs: 1_700_000_000_456 });

    expect(same.headers).to.not.have.property('timestamp_in_ms');
    expect(toMessage(received(same)).timestampMs).to.equal(1_700_000_000_123);
    expect(toMessage(received(other)).timestampMs).to.equal(1_700_000_000_456);
    expect(toMessage(received({ ...same, timestamp: 1_600_000_000 })).timestampMs).to.equal(
      1_600_000_000_000,
    );
  });

  for (const [what, timestamp] of [
    ['seconds', 1_700_000_000],
    ['milliseconds', 1_700_000_000_000],
  ] as const) {
    it(`understand a timestamp in ${what}`, () => {
      expect(toMessage(received({ timestamp })).timestampMs).to.equal(1_700_000_000_000);
    });
  }

  for (const timestamp of [9_000_000_000_000_000, -1, 1.5, 'yesterday']) {
    it(`use the current time when the timestamp is ${timestamp}, which is not a date`, () => {
      const before = Date.now();

      const inHeader = toMessage(received({ headers: { timestamp_in_ms: timestamp } }));
      const inProperty = toMessage(received({ timestamp }));

      expect(inHeader.timestampMs).to.be.within(before, Date.now());
      expect(inProperty.timestampMs).to.be.within(before, Date.now());
    });
  }

  it('carry the headers of other programs as text or numbers, or not at all', () => {
    const headers = {
      text: 'x',
      yes: true,
      bytes: Buffer.from('größer'),
      time: { '!': 'timestamp', value: 1_700_000_000 },
      price: { '!': 'decimal', value: { places: 2, digits: 1999 } },
      none: null,
      list: [1, 2],
      table: { a: 1 },
      notANumber: Number.NaN,
      CC: ['elsewhere'],
      'x-death': [{ reason: 'expired', queue: 'retry:1s' }],
      'x-delivery-count': 2,
    };

    expect(toDelivery(received({ headers }), live).headers).to.deep.equal({
      text: 'x',
      yes: 'true',
      bytes: 'größer',
      time: 1_700_000_000,
      price: 19.99,
    });
  });

  it('cannot be made to fail by tables that look like something else', () => {
    const odd = { valueOf: 'x', toString: 'y' };
    const headers = {
      nothing: { '!': 'decimal', value: null },
      text: { '!': 'decimal', value: { places: 'x', digits: odd } },
      time: { '!': 'timestamp', value: odd },
      odd,
      ['__proto__']: { polluted: true },
      'x-attempt': odd,
      'x-death': [{ reason: odd, queue: odd }],
    };

    expect(toDelivery(received({ headers }), { queue: 'q', kind: 'dead' })).to.deep.include({
      headers: {},
      attempt: 1,
    });
  });

  for (const attempt of ['many', -3, 1.5, null]) {
    it(`count the attempt ${String(attempt)} as the first`, () => {
      expect(toDelivery(received({ headers: { 'x-attempt': attempt } }), live).attempt).to.equal(1);
    });
  }

  for (const failures of ['many', -3, 1.5, null]) {
    it(`count the failures ${String(failures)} as none`, () => {
      expect(toDelivery(received({ headers: { 'x-failures': failures } }), live).failures).to.equal(0);
    });
  }

  it('mark only messages from an rpc queue as requests', () => {
    const properties = { replyTo: 'somewhere', headers: { 'x-deadline': 7 } };
    const clocks = new SenderClocks();

    const request = toDelivery(received(properties), { queue: 'q', kind: 'rpc', clocks });
    expect(request).to.include({ wantsReply: true, deadlineEpochMs: 7 });
    for (const kind of ['work', 'dead'] as const) {
      const event = toDelivery(received(properties), { queue: 'q', kind, clocks });
      expect(event).to.include({ wantsReply: false, deadlineEpochMs: undefined });
    }
  });

  it('set no deadline on a request that expects no reply', () => {
    const clocks = new SenderClocks();
    const unanswered = received({ headers: { 'x-deadline': 7 } });

    expect(toDelivery(unanswered, { queue: 'q', kind: 'rpc', clocks }).deadlineEpochMs).to.equal(undefined);
  });

  it('hold a message back only when it was retried', () => {
    const headers = { 'x-retry-at': 9_000_000_000_000 };

    expect(readRetryAtMs(headers)).to.equal(0);
    expect(readRetryAtMs({ ...headers, 'x-attempt': 2 })).to.equal(9_000_000_000_000);
  });

  it('state why the broker made a dead letter', () => {
    const headers = {
      'x-death': [
        { reason: 'delivery_limit', queue: 'q' },
        { reason: 'expired', queue: 'r' },
      ],
    };

    expect(toDelivery(received({ headers }), { queue: 'q', kind: 'dead' }).headers).to.deep.equal({
      'x-dead-reason': 'delivery_limit',
      'x-dead-queue': 'q',
    });
  });

  it('state the latest death of a message that was moved back without the bus', () => {
    const headers = {
      'x-dead-reason': 'no',
      'x-dead-queue': 'q',
      'x-dead-at': 1_600_000_000_000,
      'x-death': [{ reason: 'delivery_limit', queue: 'q', time: { '!': 'timestamp', value: 1_700_000_000 } }],
    };

    expect(toDelivery(received({ headers }), { queue: 'q', kind: 'dead' }).headers).to.deep.equal({
      'x-dead-reason': 'delivery_limit',
      'x-dead-queue': 'q',
      'x-dead-at': 1_700_000_000_000,
    });
  });

  it('must have an offset when the message comes from a stream', () => {
    expect(toFeedMessage(received({ headers: { 'x-stream-offset': 0 } })).offset).to.equal(0);
    expect(() => toFeedMessage(received())).to.throw('offset');
  });
});
