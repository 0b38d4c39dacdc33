import type { Options } from 'amqplib';
import {
  type Arbitrary,
  array,
  boolean,
  constantFrom,
  dictionary,
  double,
  integer,
  json,
  oneof,
  option,
  record,
  string,
  tuple,
  uint8Array,
  uuid,
} from 'fast-check';
import { extremeNumber } from './extreme-numbers.ts';
import { jsonBody } from './json-bodies.ts';

/** A message as another program publishes it. */
export interface ForeignMessage {
  readonly body: Buffer;
  readonly properties: Options.Publish;
}

const bodies: Arbitrary<Buffer> = oneof(
  jsonBody,
  json({ maxDepth: 3 }).map((text) => Buffer.from(`{"data":${text},"args":null}`)),
  jsonBody.map((body) => Buffer.concat([Buffer.from('{"data":'), body, Buffer.from(',"args":null}')])),
  extremeNumber.map((number) => Buffer.from(`{"data":{"n":${number}},"args":null}`)),
  constantFrom(
    '{}',
    '{"order":7}',
    '{"Data":{}}',
    '{"payload":{},"args":null}',
    '{"data":1,"data":2}',
    '{"data":null}',
    '{"data":{},"args":7,"params":[],"identity":"root"}',
    '[{"data":1}]',
    '"data"',
    '<order id="7"/>',
  ).map((text) => Buffer.from(text)),
  tuple(constantFrom('utf16le', 'latin1', 'base64', 'hex'), string({ unit: 'grapheme' })).map(
    ([encoding, text]) => Buffer.from(JSON.stringify({ data: text, args: null }), encoding as BufferEncoding),
  ),
  uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
);

/** Names with a meaning to the bus or to RabbitMQ, except for those that close a channel. */
const headerNames = oneof(
  constantFrom(
    'x-attempt',
    'x-attempts',
    'x-failures',
    'x-deadline',
    'x-remaining-ms',
    'x-retry-at',
    'x-dead-reason',
    'x-dead-queue',
    'x-dead-at',
    'x-dead-replaced-by',
    'x-death',
    'x-delivery-count',
    'x-acquired-count',
    'x-stream-offset',
    'x-request-id',
    'idempotency-key',
    'timestamp_in_ms',
    'traceparent',
    'status',
    '__proto__',
    'constructor',
  ),
  // RabbitMQ reads these two as lists of queues, and closes the channel for anything else.
  string({ maxLength: 40 }).filter((name) => name !== 'CC' && name !== 'BCC'),
);

const headerValues = oneof<Arbitrary<unknown>[]>(
  string({ maxLength: 60 }),
  integer(),
  // RabbitMQ closes the connection for any other number.
  double({ noNaN: true, noDefaultInfinity: true }).map((value) => ({ '!': 'double', value })),
  boolean(),
  array(integer(), { maxLength: 3 }),
  dictionary(constantFrom('a', 'b', '__proto__', 'queue'), integer(), { maxKeys: 3 }),
  constantFrom({ '!': 'timestamp', value: 4_102_444_800 }, Buffer.from([0xff, 0]), null, -1, 2 ** 53),
);

const properties: Arbitrary<Options.Publish> = record(
  {
    messageId: oneof(uuid(), string({ maxLength: 60 })),
    type: string({ maxLength: 40 }),
    timestamp: oneof(integer({ min: 0 }), constantFrom(0, 1, 1_700_000_000, 1_700_000_000_000)),
    contentType: constantFrom('application/json', 'text/xml', 'application/octet-stream', ''),
    contentEncoding: constantFrom('gzip', 'utf-16', 'identity'),
    correlationId: string({ maxLength: 20 }),
    replyTo: constantFrom('', 'amq.rabbitmq.reply-to.nothing', 'no-such-queue'),
    appId: string({ maxLength: 20 }),
    priority: integer({ min: 0, max: 255 }),
    persistent: boolean(),
  },
  { requiredKeys: [] },
);

/** Messages of programs that know the wire protocol partly or not at all. */
export const foreignMessage: Arbitrary<ForeignMessage> = record({
  body: bodies,
  properties,
  headers: option(dictionary(headerNames, headerValues, { maxKeys: 5, noNullPrototype: true })),
}).map(({ body, properties, headers }) => ({
  body,
  properties: { ...properties, ...(headers && { headers }) },
}));
