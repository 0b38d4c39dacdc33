/**
 * The exchanges, queues and bindings that every process of an application declares, and the foreign objects
 * it uses.
 */
export interface Topology {
  readonly exchanges: readonly ExchangeSpec[];
  readonly queues: readonly QueueSpec[];
  readonly bindings: readonly BindingSpec[];
  /** @default none */
  readonly exchangeBindings?: readonly ExchangeBindingSpec[];
  /** @default nothing */
  readonly foreign?: ForeignTopology;
}

/** Exchanges and queues of other applications: never declared, but looked up by the processes that use them. */
export interface ForeignTopology {
  readonly exchanges: readonly string[];
  /** Queues that requests are sent to, through the default exchange. @default none */
  readonly queues?: readonly string[];
  /** Queues that are consumed as they are. @default none */
  readonly consumed?: readonly ForeignQueueSpec[];
  /**
   * Bindings of the topology's queues to these exchanges, each made by the processes that consume or follow
   * the queue.
   */
  readonly bindings: readonly BindingSpec[];
  /** Where the workers of some of these queues reply. @default none */
  readonly replies?: readonly ForeignReplies[];
}

/**
 * The exchange to which the workers of a foreign queue publish their replies, with `reply_to` as the routing key;
 * foreign too. Each requester binds its queue for replies to it.
 */
export interface ForeignReplies {
  readonly queue: string;
  readonly exchange: string;
}

/** A queue of another application, whose messages this one consumes, along with others of the application. */
export interface ForeignQueueSpec {
  readonly name: string;
  /**
   * The work queue of the topology to which its messages go to be delivered again; its dead letters are theirs too.
   * A process that consumes the foreign queue has to consume this one as well.
   */
  readonly returnsTo: string;
}

export type ExchangeType = 'fanout' | 'direct' | 'topic' | 'headers';

/** A durable exchange; rpc requests go to a `direct` one. */
export interface ExchangeSpec {
  readonly name: string;
  readonly type: ExchangeType;
  /** An exchange of the topology, which receives each message that no binding of this one matches. */
  readonly alternateExchange?: string;
}

export type QueueSpec = WorkQueueSpec | RpcQueueSpec | FeedSpec | UnroutedQueueSpec;

/**
 * A durable quorum queue for events.
 *
 * A message returned unsettled more than `deliveryLimit` times goes to `<name>.dead`, which is declared along
 * with the queue.
 */
export interface WorkQueueSpec {
  readonly kind: 'work';
  readonly name: string;
  readonly deliveryLimit: number;
  /** Present: it has one active consumer at a time, which processes its messages in order. */
  readonly isOrdered?: true;
}

/** A durable queue for rpc requests, which expire with their caller's deadline; a classic one unless it is ordered. */
export interface RpcQueueSpec {
  readonly kind: 'rpc';
  readonly name: string;
  /** Present: it has one active consumer at a time, which processes its requests in order. */
  readonly isOrdered?: true;
}

/** A durable quorum queue for the messages of an exchange that none of its bindings matches: they are dead letters. */
export interface UnroutedQueueSpec {
  readonly kind: 'unrouted';
  readonly name: string;
  /** Where a replayed message is published again, with its routing key. */
  readonly exchange: string;
}

/** A log of messages that any number of followers can read from any position; bounded by age and size. */
export interface FeedSpec {
  readonly kind: 'feed';
  readonly name: string;
  readonly maxAgeSeconds: number;
  readonly maxBytes: number;
}

/** Which messages of its exchange a binding matches. */
export interface BindingRule {
  /**
   * What the message's key must equal in a `direct` exchange, and match in a `topic` exchange, where `*`
   * matches one word and `#` any number of them; `''` in other exchanges.
   */
  readonly routingKey: string;
  /** The headers that a message must have in a `headers` exchange: all of them, or one if `x-match` is `any`. */
  readonly arguments?: Readonly<Record<string, string | number>>;
}

export interface BindingSpec extends BindingRule {
  readonly exchange: string;
  readonly queue: string;
}

/** Passes messages on from one exchange to another, with their routing key and headers. */
export interface ExchangeBindingSpec extends BindingRule {
  readonly source: string;
  readonly destination: string;
}

/** A key that is equal for two rules if and only if the broker treats them as one. */
export function bindingRuleKey({
  routingKey,
  arguments: args = {},
}: {
  readonly routingKey: string;
  readonly arguments?: Readonly<Record<string, unknown>> | undefined;
}): string {
  return JSON.stringify([routingKey, Object.entries(args).toSorted(([a], [b]) => (a < b ? -1 : 1))]);
}

/** The part of a topology that a process uses. It declares everything, but needs only this part. */
export interface TopologyUse {
  /** Exchanges that it publishes to. */
  readonly exchanges: readonly string[];
  /** Queues and feeds that it consumes or follows, foreign ones included. */
  readonly queues: readonly string[];
  /** Foreign queues that it sends requests to. @default none */
  readonly requested?: readonly string[];
}

/** @throws TypeError if the topology has no such feed. */
export function assertFeed({ queues }: Topology, feed: string): void {
  if (queues.some(({ kind, name }) => kind === 'feed' && name === feed)) return;
  throw new TypeError(`the topology has no feed ${feed}`);
}
