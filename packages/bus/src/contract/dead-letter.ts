import { busHeaders } from './bus-headers.ts';
import type { Delivery, Headers, Message } from './message.ts';

/** The reason of a dead letter that was returned unsettled too often, in RabbitMQ's terms. */
export const deliveryLimitReason = 'delivery_limit';

/** Leaves room for the message's own headers within AMQP's limit. */
const maxReasonLength = 2000;

/** The name of a work queue's dead-letter queue. */
export function deadLetterQueue(queue: string): string {
  return `${queue}.dead`;
}

/** A dead-lettered message, unchanged, with its reason and attempts. */
export interface DeadLetter extends Message {
  /**
   * The work queue that it comes from, to which a replay returns it; or the `unrouted` queue that it is in, from which a
   * replay publishes it again.
   */
  readonly queue: string;
  /** The routing key that it was published with; `''` without one. */
  readonly routingKey: string;
  readonly reason: string;
  /** The number of attempts, without those that ended with a lost worker. */
  readonly attempts: number;
  /** When it was dead-lettered, in epoch milliseconds; unknown if another program wrote it. */
  readonly diedAtMs: number | undefined;
}

/**
 * What to do with a dead letter.
 *
 * | decision | the message |
 * |---|---|
 * | `keep` | stays |
 * | `replay` | returns to its work queue, or its exchange, with its id, as if it had never been delivered |
 * | `purge` | is deleted |
 * | `stop` | stays, and browsing ends |
 */
export type DeadLetterFate = 'keep' | 'replay' | 'purge' | 'stop';

/** Decides about one dead letter; must be synchronous and not throw. */
export type DecideDeadLetter = (letter: DeadLetter) => DeadLetterFate;

/** The results of browsing. */
export interface BrowsedDeadLetters {
  readonly seen: number;
  readonly replayed: number;
  readonly purged: number;
}

/** Splits a message from a dead-letter queue into its death's details and its original headers. */
export function readDeadLetter(
  { headers: all, ...message }: Message,
  { queue, routingKey, attempt, reason: otherwise = '' }: Death,
): DeadLetter {
  const headers = Object.fromEntries(Object.entries(all).filter(([name]) => !deathHeaders.has(name)));
  const reason = all[busHeaders.deadReason];
  const diedAtMs = all[busHeaders.deadAt];
  return {
    ...message,
    headers,
    queue,
    routingKey,
    reason: reason === undefined ? otherwise : String(reason),
    attempts: readAttempts(all[busHeaders.attempts]) ?? attempt,
    diedAtMs: typeof diedAtMs === 'number' ? diedAtMs : undefined,
  };
}

/** What the headers of a dead letter do not tell, or may not. */
interface Death extends Pick<DeadLetter, 'queue' | 'routingKey'> {
  /** If its headers do not count the attempts. */
  readonly attempt: number;
  /** If its headers give none. @default '' */
  readonly reason?: string | undefined;
}

/** The headers are untrusted. */
function readAttempts(value: string | number | undefined): number | undefined {
  const attempts = Number(value);
  return Number.isSafeInteger(attempts) && attempts > 0 ? attempts : undefined;
}

const deathHeaders: ReadonlySet<string> = new Set([
  busHeaders.deadReason,
  busHeaders.deadQueue,
  busHeaders.attempts,
  busHeaders.deadAt,
]);

/** The headers of a dead letter: those of the message, and reason, queue, time and number of attempts. */
export function deadLetterHeaders(
  { headers, attempt }: Pick<Delivery, 'headers' | 'attempt'>,
  { queue, reason }: DeathRecord,
): Headers {
  return {
    ...headers,
    [busHeaders.deadReason]: cut(reason),
    [busHeaders.deadQueue]: queue,
    [busHeaders.attempts]: attempt,
    [busHeaders.deadAt]: Date.now(),
  };
}

export interface DeathRecord {
  readonly queue: string;
  /** Truncated to 2000 characters. */
  readonly reason: string;
}

function cut(reason: string): string {
  return reason.length > maxReasonLength ? `${reason.slice(0, maxReasonLength)}…` : reason;
}
