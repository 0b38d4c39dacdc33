import { deadLetterQueue } from '../../contract/dead-letter.ts';
import { groupQueues } from '../../contract/queue-group.ts';
import type {
  BindingSpec,
  ExchangeBindingSpec,
  ExchangeSpec,
  FeedSpec,
  QueueSpec,
  RpcQueueSpec,
  Topology,
  TopologyUse,
  WorkQueueSpec,
} from '@restmapper/core';
import { orderedRequestLimit } from '../../dispatch/consumed-queue.ts';
import { delayQueues } from './delay-queues.ts';

/** The exchange for replies: durable, direct, keyed by the name of the reply queue. */
export const replyExchange = 'RPC';

/** The RabbitMQ objects of a topology: all durable, in an order in which they can be declared. */
export interface BrokerTopology {
  readonly exchanges: readonly ExchangeSpec[];
  readonly queues: readonly BrokerQueue[];
  readonly bindings: readonly BindingSpec[];
  readonly exchangeBindings: readonly ExchangeBindingSpec[];
}

export interface BrokerQueue {
  readonly name: string;
  readonly arguments: Readonly<Record<string, string | number | boolean>>;
}

/** Adds the bus's own objects to a topology: dead-letter queues, delay queues, the exchange for replies. */
export function planTopology({
  exchanges,
  queues,
  bindings,
  exchangeBindings = [],
  foreign,
}: Topology): BrokerTopology {
  const delaying = queues.some(isConsumed) ? delayQueues : [];
  return {
    exchanges: [
      ...(hasOwnReplyExchange({ foreign }) ? [{ name: replyExchange, type: 'direct' as const }] : []),
      ...exchanges,
      ...delaying.map(({ name }) => ({ name, type: 'fanout' as const })),
    ],
    queues: [
      ...queues.flatMap(planQueue),
      ...groupsOf(queues).map((name) => ({ name, arguments: requestArguments({}) })),
      ...delaying.map(({ name, delayMs }) => ({ name, arguments: delayArguments(delayMs) })),
    ],
    bindings: [...bindings, ...delaying.map(({ name }) => ({ exchange: name, queue: name, routingKey: '' }))],
    exchangeBindings,
  };
}

/** Whether the exchange for replies is the bus's own; another application may have one of this name. */
export function hasOwnReplyExchange({ foreign }: { readonly foreign?: Topology['foreign'] }): boolean {
  return !foreign?.replies?.some(({ exchange }) => exchange === replyExchange);
}

/** The RabbitMQ objects that a process requires. */
export interface BrokerNeeds {
  readonly exchanges: ReadonlySet<string>;
  readonly queues: ReadonlySet<string>;
}

/**
 * The objects of its topology that a process requires.
 *
 * A publisher needs the exchange; a requester also the exchange of replies and the queues whose consumers it
 * counts; a consumer also the queues that take failed messages.
 */
export function needsOf(topology: Topology, use: TopologyUse): BrokerNeeds {
  const requested = requestBindings(topology).filter(({ exchange }) => use.exchanges.includes(exchange));
  const consumed = topology.queues.filter((queue) => isConsumed(queue) && use.queues.includes(queue.name));
  const delaying = consumed.length > 0 ? delayQueues.map(({ name }) => name) : [];
  const hasReplies =
    requested.length > 0 || (use.requested ?? []).length > 0 || consumed.some(({ kind }) => kind === 'rpc');
  return {
    exchanges: new Set([...use.exchanges, ...delaying, ...(hasReplies ? [replyExchange] : [])]),
    queues: new Set([
      ...use.queues,
      ...requested.map(({ queue }) => queue),
      ...groupsOf(consumed),
      ...consumed.filter(({ kind }) => kind === 'work').map(({ name }) => deadLetterQueue(name)),
      ...delaying,
    ]),
  };
}

/** The bindings by which requests reach the queues of their workers. */
export function requestBindings({ bindings, queues }: Topology): readonly BindingSpec[] {
  const names = new Set(queues.flatMap(({ kind, name }) => (kind === 'rpc' ? [name] : [])));
  return bindings.filter(({ queue }) => names.has(queue));
}

/** The use of a process that uses the whole topology. */
export function useOfAll({ exchanges, queues, foreign }: Topology): TopologyUse {
  const { exchanges: others = [], queues: requested = [], consumed = [] } = foreign ?? {};
  return {
    exchanges: [...exchanges.map(({ name }) => name), ...others],
    queues: [...queues, ...consumed].map(({ name }) => name),
    requested,
  };
}

/** The queues that count the processes of ordered queues; they stay empty. */
function groupsOf(queues: readonly QueueSpec[]): readonly string[] {
  return [...groupQueues(queues.filter(isOrdered), ({ name }) => name).keys()];
}

function isOrdered(queue: QueueSpec): boolean {
  return 'isOrdered' in queue;
}

function isConsumed({ kind }: QueueSpec): boolean {
  return kind === 'work' || kind === 'rpc';
}

function planQueue(spec: QueueSpec): readonly BrokerQueue[] {
  if (spec.kind === 'rpc') return [{ name: spec.name, arguments: requestArguments(spec) }];
  if (spec.kind === 'unrouted') return [{ name: spec.name, arguments: deadLetterArguments }];
  if (spec.kind === 'feed') return [{ name: spec.name, arguments: feedArguments(spec) }];
  return [
    // First, so that the queue of a dead letter always exists.
    { name: deadLetterQueue(spec.name), arguments: deadLetterArguments },
    { name: spec.name, arguments: workArguments(spec) },
  ];
}

/**
 * Where the broker takes the next consumer only when the channel of the last one is gone.
 *
 * @see https://www.rabbitmq.com/docs/consumers#single-active-consumer
 */
const ordered = { 'x-single-active-consumer': true };

function requestArguments({ isOrdered }: Pick<RpcQueueSpec, 'isOrdered'>): BrokerQueue['arguments'] {
  if (!isOrdered) return { 'x-queue-type': 'classic' };
  return { 'x-queue-type': 'quorum', 'x-delivery-limit': orderedRequestLimit, ...ordered };
}

function workArguments({ name, deliveryLimit, isOrdered }: WorkQueueSpec): BrokerQueue['arguments'] {
  return {
    ...(isOrdered && ordered),
    'x-queue-type': 'quorum',
    'x-delivery-limit': deliveryLimit,
    'x-overflow': 'reject-publish', // What dead-lettering at least once requires.
    'x-dead-letter-strategy': 'at-least-once',
    'x-dead-letter-exchange': '',
    'x-dead-letter-routing-key': deadLetterQueue(name),
  };
}

/**
 * RabbitMQ 4 limits the deliveries of a quorum queue to 20 unless told otherwise, and 3.10 has no value for
 * "no limit". If an operator's policy limits the length, the queue refuses new messages instead of dropping
 * its oldest.
 */
const deadLetterArguments = {
  'x-queue-type': 'quorum',
  'x-delivery-limit': 1_000_000_000,
  'x-overflow': 'reject-publish',
};

/**
 * The exchange of a delay queue is a fanout, so the routing key is free to name the queue where the message belongs.
 * When its TTL is over, the broker publishes it to the default exchange with that same key.
 * @see https://www.rabbitmq.com/docs/dlx#routing
 */
function delayArguments(delayMs: number): BrokerQueue['arguments'] {
  return {
    'x-queue-type': 'quorum',
    'x-message-ttl': delayMs,
    'x-overflow': 'reject-publish',
    'x-dead-letter-strategy': 'at-least-once',
    'x-dead-letter-exchange': '',
  };
}

const leastSegmentBytes = 1_000_000;
const mostSegmentBytes = 100_000_000;

/**
 * A stream drops only whole segments, when a new one begins: with the broker's 500 MB a small feed would
 * never shrink. An eighth of the feed keeps it within 12 % of its size.
 */
function feedArguments({ maxAgeSeconds, maxBytes }: FeedSpec): BrokerQueue['arguments'] {
  const segmentBytes = Math.min(mostSegmentBytes, Math.max(leastSegmentBytes, Math.ceil(maxBytes / 8)));
  return {
    'x-queue-type': 'stream',
    'x-max-age': `${maxAgeSeconds}s`,
    'x-max-length-bytes': maxBytes,
    'x-stream-max-segment-size-bytes': segmentBytes,
  };
}
