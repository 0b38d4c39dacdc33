import type { ReplyStatus } from './reply-status.ts';

/**
 * A message as both buses carry it.
 *
 * On AMQP the fields are the properties `message_id`, `type`, `timestamp` and `headers`;
 * `content_type` is always `application/json`.
 */
export interface Message {
  readonly body: Buffer;
  /** A UUID, by which consumers recognise a repeated message; a non-UUID id is mapped to a UUIDv5. */
  readonly messageId: string;
  /** The endpoint's key, such as `POST /messages/`. */
  readonly type: string;
  readonly timestampMs: number;
  readonly headers: Headers;
}

/** Set only through an explicit, validated mapping of caller input. */
export type Headers = Readonly<Record<string, string | number>>;

/** A message passed to a consumer, to be settled by one {@link Outcome}. */
export interface Delivery extends Message {
  /** The queue that it came from. */
  readonly queue: string;
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
}

/**
 * The outcome of a delivery.
 *
 * | kind | the message |
 * |---|---|
 * | `ack` | is done |
 * | `reply` | is answered, then done |
 * | `retry` | is redelivered after `delayMs` with `attempt` one higher, and `failures` too when it `isFailure` |
 * | `reject` | goes to `<queue>.dead` with the reason; on an rpc queue it is dropped, in `<queue>.dead` it stays |
 * | `requeue` | returns to its queue unchanged, for another consumer; counts towards the delivery limit |
 * | `release` | the same, but is not counted: it could not be handled; on RabbitMQ it goes to the end of a work queue |
 */
export type Outcome =
  | { readonly kind: 'ack' }
  | ReplyOutcome
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
}
