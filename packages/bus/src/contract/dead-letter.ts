import { busHeaders } from './bus-headers.ts';
import type { Delivery, Headers, Message } from './message.ts';

/** The reason of a dead letter that came back unsettled too often; RabbitMQ's own word for it. */
export const deliveryLimitReason = 'delivery_limit';

/** Leaves room for the message's own headers within what AMQP can carry. */
const maxReasonLength = 2000;

/** The name of the queue that takes the dead letters of a work queue. */
export function deadLetterQueue(queue: string): string {
  return `${queue}.dead`;
}

/** A message that was given up, as it came, with what is known about its end. */
export interface DeadLetter extends Message {
  /** The work queue that it comes from, and that a replay gives it back to. */
  readonly queue: string;
  readonly reason: string;
  /** How many attempts were made; those that ended with a lost worker are not counted. */
  readonly attempts: number;
  /** When it was given up, in epoch milliseconds; unknown of letters that another program wrote. */
  readonly diedAtMs: number | undefined;
}

/**
 * What becomes of a dead letter.
 *
 * | fate | the letter |
 * |---|---|
 * | `keep` | stays where it is |
 * | `replay` | goes back to its work queue under its own id, as if it had never been handed out |
 * | `purge` | is deleted |
 * | `stop` | stays, and no further letter is looked at |
 */
export type DeadLetterFate = 'keep' | 'replay' | 'purge' | 'stop';

/** Decides about one dead letter; must neither wait nor throw. */
export type DecideDeadLetter = (letter: DeadLetter) => DeadLetterFate;

/** What became of the letters that a sorter was shown. */
export interface BrowsedDeadLetters {
  readonly seen: number;
  readonly replayed: number;
  readonly purged: number;
}

/** Reads what a message from a dead-letter queue says of its death; its headers are left as they were before it. */
export function readDeadLetter(
  { headers: all, ...message }: Message,
  { queue, attempt }: { readonly queue: string; readonly attempt: number },
): DeadLetter {
  const headers = Object.fromEntries(Object.entries(all).filter(([name]) => !deathHeaders.has(name)));
  const reason = all[busHeaders.deadReason];
  const diedAtMs = all[busHeaders.deadAt];
  return {
    ...message,
    headers,
    queue,
    reason: reason === undefined ? '' : String(reason),
    attempts: readAttempts(all[busHeaders.attempts]) ?? attempt,
    diedAtMs: typeof diedAtMs === 'number' ? diedAtMs : undefined,
  };
}

/** Another program may have written anything. */
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

/** The headers of a dead letter: those of the message, and why, whence, when and after how many attempts. */
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
  /** Cut when it is longer than 2000 characters. */
  readonly reason: string;
}

function cut(reason: string): string {
  return reason.length > maxReasonLength ? `${reason.slice(0, maxReasonLength)}…` : reason;
}
