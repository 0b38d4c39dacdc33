/**
 * The broker ended a consumer, because its queue was deleted or the queue's node went down.
 *
 * RabbitMQ says so while the deletion is under way. One who consumed again at once could be attached to
 * the queue that is going, and would never hear of the one that takes its name.
 */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';

  constructor(queue: string) {
    super(`the broker cancelled the consumer of ${queue}`);
  }
}
