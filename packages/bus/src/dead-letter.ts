import { busHeaders } from './bus-headers.ts';
import type { Delivery, Headers } from './message.ts';

/** The reason of a dead letter that came back unsettled too often; RabbitMQ's own word for it. */
export const deliveryLimitReason = 'delivery_limit';

/** Leaves room for the message's own headers within what AMQP can carry. */
const maxReasonLength = 2000;

/** The name of the queue that takes the dead letters of a work queue. */
export function deadLetterQueue(queue: string): string {
  return `${queue}.dead`;
}

/** The headers of a dead letter: those of the message, and why, whence and after how many attempts. */
export function deadLetterHeaders(
  { headers, attempt }: Pick<Delivery, 'headers' | 'attempt'>,
  { queue, reason }: DeathRecord,
): Headers {
  return {
    ...headers,
    [busHeaders.deadReason]: cut(reason),
    [busHeaders.deadQueue]: queue,
    [busHeaders.attempts]: attempt,
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
