import type { Channel, ChannelModel } from 'amqplib';
import { deadLetterQueue } from '../dead-letter.ts';
import type { FeedSpec, QueueSpec, Topology, WorkQueueSpec } from '../topology.ts';
import { declareRung, rungs } from './delay-ladder.ts';
import { asError, methodTimeoutMs, within } from './within.ts';

/** The exchange on which replies travel: durable, direct, keyed by the name of the reply queue. */
export const replyExchange = 'RPC';

/**
 * Declares everything in the topology, and what the bus itself needs, on a channel of its own.
 *
 * What exists already with the same arguments is left as it is.
 * @throws Error that names the object and says what the broker has against it.
 */
export async function declareTopology(
  model: ChannelModel,
  topology: Topology,
  signal: AbortSignal,
): Promise<void> {
  const limits = { timeoutMs: methodTimeoutMs, signal };
  // The broker closes the channel with the reason that the declaration in progress rejects with.
  const opening = model.createChannel().then((channel) => channel.on('error', () => {}));
  const channel = await within('opening a channel', opening, limits);
  try {
    for (const { what, declare } of planDeclarations(topology)) {
      await within('it', declare(channel), limits).catch((error: unknown) => {
        const cause = asError(error);
        throw new Error(`cannot declare ${what}: ${cause.message}`, { cause });
      });
    }
  } finally {
    // After a refusal the broker has closed it already.
    await within('closing a channel', channel.close(), limits).catch(() => {});
  }
}

interface Declaration {
  readonly what: string;
  readonly declare: (channel: Channel) => Promise<unknown>;
}

function planDeclarations({ exchanges, queues, bindings }: Topology): readonly Declaration[] {
  const isRetried = queues.some(({ kind }) => kind !== 'feed');
  return [
    ...[{ name: replyExchange, type: 'direct' }, ...exchanges].map(({ name, type }) => ({
      what: `the exchange ${name}`,
      declare: (channel: Channel) => channel.assertExchange(name, type),
    })),
    ...queues.flatMap(planQueue),
    ...bindings.map(({ exchange, queue, routingKey }) => ({
      what: `the binding of the queue ${queue} to ${exchange}`,
      declare: (channel: Channel) => channel.bindQueue(queue, exchange, routingKey),
    })),
    ...(isRetried ? rungs : []).map((rung) => ({
      what: `the delay ${rung.name}`,
      declare: (channel: Channel) => declareRung(channel, rung),
    })),
  ];
}

function planQueue(spec: QueueSpec): readonly Declaration[] {
  if (spec.kind === 'rpc') return [queueDeclaration(spec.name, { 'x-queue-type': 'classic' })];
  if (spec.kind === 'feed') return [queueDeclaration(spec.name, feedArguments(spec))];
  return [
    // First, so that a dead letter never finds its queue missing.
    queueDeclaration(deadLetterQueue(spec.name), deadLetterArguments),
    queueDeclaration(spec.name, workArguments(spec)),
  ];
}

function queueDeclaration(name: string, args: object): Declaration {
  return {
    what: `the queue ${name}`,
    declare: (channel) => channel.assertQueue(name, { durable: true, arguments: args }),
  };
}

function workArguments({ name, deliveryLimit }: WorkQueueSpec): object {
  return {
    'x-queue-type': 'quorum',
    'x-delivery-limit': deliveryLimit,
    'x-overflow': 'reject-publish', // What dead-lettering at least once requires.
    'x-dead-letter-strategy': 'at-least-once',
    'x-dead-letter-exchange': '',
    'x-dead-letter-routing-key': deadLetterQueue(name),
  };
}

/** RabbitMQ 4 limits the deliveries of a quorum queue to 20 unless told otherwise, and 3.10 knows no word for "no limit". */
const deadLetterArguments = { 'x-queue-type': 'quorum', 'x-delivery-limit': 1_000_000_000 };

const leastSegmentBytes = 1_000_000;
const mostSegmentBytes = 100_000_000;

/**
 * A stream gives up whole segments only, when a new one begins: with the broker's 500 MB a small
 * feed would never shrink. An eighth of the feed keeps it within 12 % of its size.
 */
function feedArguments({ maxAgeSeconds, maxBytes }: FeedSpec): object {
  const segmentBytes = Math.min(mostSegmentBytes, Math.max(leastSegmentBytes, Math.ceil(maxBytes / 8)));
  return {
    'x-queue-type': 'stream',
    'x-max-age': `${maxAgeSeconds}s`,
    'x-max-length-bytes': maxBytes,
    'x-stream-max-segment-size-bytes': segmentBytes,
  };
}
