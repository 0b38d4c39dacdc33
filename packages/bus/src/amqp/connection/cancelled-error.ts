/**
 * The broker ended a consumer, because its queue was deleted or the queue's node went down.
 *
 * RabbitMQ sends this while the deletion is in progress. A client that consumed again at once could be
 * attached to the queue being deleted, and would never get messages of its successor.
 */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';

  constructor(queue: string) {
    super(`the broker cancelled the consumer of ${queue}`);
  }
}

/** Whether the broker closed the channel with a reply code, or cancelled the consumer. */
export function isBrokersDecision(reason: Error): boolean {
  // amqplib names the class of the method in the error of a channel, and not in that of a connection.
  return reason instanceof CancelledError || ('code' in reason && 'classId' in reason);
}
