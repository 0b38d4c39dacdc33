import type { ReplyStatus } from './reply-status.ts';

/**
 * A message as both buses carry it.
 *
 * On AMQP the fields are the properties `message_id`, `type`, `timestamp`, `content_type` and `headers`.
 */
export interface Message {
  readonly body: Buffer;
  /** A UUID, by which consumers recognise a repeated message; a non-UUID id is mapped to a UUIDv5. */
  readonly messageId: string;
  /** The endpoint's key, such as `POST /messages/`. */
  readonly type: string;
  readonly timestampMs: number;
  readonly headers: Headers;
  /** At most 255 bytes; what the messages of restmapper are, their bodies say. @default 'application/json' */
  readonly contentType?: string | undefined;
}

/** Set only through an explicit, validated mapping of caller input. */
export type Headers = Readonly<Record<string, string | number>>;

/** A message passed to a consumer, to be settled by one {@link Outcome}. */
export interface Delivery extends Message {
  /** The queue that it came from. */
  readonly queue: string;
  /** The routing key that it was published with; `''` for an event without one, and if it was sent to the queue itself. */
  readonly routingKey: string;
  /** 1 the first time; one more after each `retry` outcome. */
  readonly attempt: number;
  /** How many of the earlier attempts failed; the others asked to be retried. */
  readonly failures: number;
  /** Whether it was delivered before and returned unsettled. */
  readonly redelivered: boolean;
  /** Whether the sender waits for a `reply` outcome. */
  readonly wantsReply: boolean;
  /** When the sender stops waiting, in epoch milliseconds by this machine's clock; an event has no deadline. */
  readonly deadlineEpochMs: number | undefined;
  /** When an event is no longer to be processed, in epoch milliseconds by its sender's clock; most never expire. */
  readonly expiresEpochMs?: number | undefined;
  /** If the sender accepts `replies`: how long it waits between two of them. */
  readonly replyIdleMs?: number | undefined;
}

/** A message read from a feed. */
export interface FeedMessage extends Message {
  /** Its offset: counted from 0, the same for every follower, never reused. */
  readonly offset: number;
}

/** The answer to a request. */
export interface Reply {
  readonly body: Buffer;
  /** The header `status`. */
  readonly status: ReplyStatus;
  /**
   * Whether the worker returned the body as its value, or threw it as an error; from the header `x-reply`.
   * Absent from workers of other programs.
   */
  readonly kind?: 'value' | 'error';
  /** Whether this replays the answer to the same message; from the header `idempotency-replayed`. */
  readonly isRepeated?: boolean;
  /** How long the worker took, if it says so. */
  readonly workerMs?: number;
  /** The property `content_type`. */
  readonly contentType?: string | undefined;
  /** The headers `http:<name>`, by that name, as they arrived; absent without any. */
  readonly httpHeaders?: Readonly<Record<string, unknown>>;
}

/**
 * The outcome of a delivery.
 *
 * | kind | the message |
 * |---|---|
 * | `ack` | is done |
 * | `reply` | is answered, then done |
 * | `replies` | is done, then answered by as many replies as there are; not redelivered if that fails |
 * | `retry` | is redelivered after `delayMs` with `attempt` one higher, and `failures` too when it `isFailure` |
 * | `reject` | goes to `<queue>.dead` with the reason; on an rpc queue it is dropped, in `<queue>.dead` it stays |
 * | `requeue` | returns to its queue unchanged, for another consumer; counts towards the delivery limit |
 * | `release` | the same, but is not counted: it could not be handled; on RabbitMQ it goes to the end of a work queue |
 */
export type Outcome =
  | { readonly kind: 'ack' }
  | ReplyOutcome
  | RepliesOutcome
  | {
      readonly kind: 'retry';
      readonly delayMs: number;
      readonly reason: string;
      readonly isFailure?: boolean;
    }
  | { readonly kind: 'reject'; readonly reason: string }
  | { readonly kind: 'requeue' }
  | { readonly kind: 'release' };

/** A consumer's answer to a request. */
export interface ReplyOutcome {
  readonly kind: 'reply';
  readonly body: Buffer;
  readonly status?: number;
  /** Whether the body is an error, `{"error":{…}}`, rather than a value. @default false */
  readonly isError?: boolean;
  readonly isRepeated?: boolean;
  /** How long the consumer took, for a caller that asked by {@link timingHeader}. */
  readonly workerMs?: number;
  /** At most 255 bytes. @default 'application/json' */
  readonly contentType?: string | undefined;
  /** Headers for the HTTP response, by lower-case name. @default none */
  readonly httpHeaders?: Readonly<Record<string, string>> | undefined;
}

/** The header of a request whose caller wants to know how long the worker took; its value is `on`. */
export const timingHeader = 'x-timing';

/**
 * A consumer's answer to a request in any number of replies, sent while they are produced.
 *
 * The next reply is asked for when the caller has room for it, which may take as long as the caller reads slowly. If
 * the caller leaves, the channel of the request is lost or the bus closes, the signal aborts and the iterator's
 * `return()` is called; a caller that leaves is noticed with the next reply. An iterator that throws, or produces
 * nothing for the delivery's `replyIdleMs`, fails the caller's iteration; so does a reply beyond {@link maxPartBytes}.
 * A caller that accepts one reply only is told so at once, and `replies` is not called.
 */
export interface RepliesOutcome {
  readonly kind: 'replies';
  readonly replies: (signal: AbortSignal) => AsyncIterable<PartialReply>;
}

/** One of several replies. */
export type PartialReply = Omit<ReplyOutcome, 'kind'>;

/** The maximum length of one of several replies. */
export const maxPartBytes = 128 * 1024;
