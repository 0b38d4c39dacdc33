import { acceptedSchema, answerSchema, readAnswer } from './accepted.ts';
import type { EndpointDelivery, Model, Source } from '../model/model.ts';
import { readDuration } from '../yaml/amounts.ts';
import { extendPointer } from '../yaml/pointer.ts';
import {
  defineDelivery,
  type DeliveryPlace,
  type RawDelivery,
  readTimeout,
  timeoutSchema,
} from './delivery-spec.ts';
import { readRoutingKey, routingKeySchema } from './routing-key.ts';
import { eventTopology } from './source-topology.ts';

const defaultTimeout = '5s';

/** How often a message may be returned unsettled, by crashes of its worker, before it is dead-lettered. */
const deliveryLimit = 20;

/** An event: every bound queue keeps it until it is processed. */
export const fanout = defineDelivery({
  key: 'fanout',
  gist: 'publish and confirm',
  schema: timeoutSchema({
    title: 'Fanout',
    does: "Publish the call to every bound queue, wait for the broker's confirm, answer `{}`.",
    waitsFor: "the broker's confirm",
    absent: defaultTimeout,
    others: {
      routingKey: routingKeySchema,
      expires: {
        $ref: '#/definitions/duration',
        title: 'Expires',
        description:
          'How long after it was sent an event may still be processed: 100ms to 720h. A worker that gets it later drops it. Absent: any time.',
        examples: ['5s'],
      },
      answer: answerSchema,
      cloudEvents: {
        title: 'CloudEvents',
        description:
          'Accept CloudEvents 1.0 besides JSON, in structured and binary mode, and publish every call as a CloudEvent.',
        type: 'boolean',
        default: false,
        examples: [true],
      },
    },
  }),
  read: (raw, place) => ({
    kind: 'fanout',
    timeoutMs: readTimeout(raw, defaultTimeout, place),
    ...readRoutingKey(raw, place),
    ...readExpires(raw, place),
    ...readAnswer(raw),
    ...(raw !== true && raw.cloudEvents && { cloudEvents: true }),
  }),
  isAnswered: false,
  defaultConcurrency: 8,
  exchangeType: 'fanout',
  topologyOf: (source, model) =>
    eventTopology(source, { queues: workerQueues(source, model), deliveryLimit }),
  success: (delivery) => ({
    description: 'Accepted: every bound queue has the message on disk.',
    schema: acceptedSchema(delivery),
  }),
  problems: {
    name: 'FanoutProblem',
    others: 'Any other problem of a call:',
    codes: [],
  },
});

function readExpires(
  raw: RawDelivery,
  { pointer, report }: DeliveryPlace,
): Pick<EndpointDelivery, 'expiresMs'> {
  const text = raw === true ? undefined : raw.expires;
  if (text === undefined) return {};
  const place = extendPointer(pointer, 'expires');
  const limits = { text, absent: text, least: '100ms', most: '720h', pointer: place };
  return { expiresMs: readDuration(limits, report) };
}

/**
 * One queue per worker of the file, which may have several parts.
 *
 * Without a worker here, the default queue keeps events for a consumer outside of this file; an endpoint that is only
 * streamed live needs none.
 */
export function workerQueues({ key, exchange, feed }: Source, { workers }: Model): readonly string[] {
  const own = workers.filter(({ on }) => on === key).map(({ queue }) => queue);
  const unworked = feed === undefined ? [exchange] : [];
  return own.length > 0 ? [...new Set(own)] : unworked;
}
