import { brand } from '@restmapper/core';

/**
 * Thrown by a handler: the message is redelivered after a delay.
 *
 * @throws RangeError if the delay is not a valid number of milliseconds.
 */
export class Retry extends Error {
  override readonly name = 'Retry';
  /** Milliseconds until the redelivery. */
  readonly delayMs: number;

  static {
    brand(this, 'Retry');
  }

  constructor(delayMs: number, reason = 'asked to be retried') {
    super(reason);
    if (!(delayMs >= 0 && Number.isFinite(delayMs))) throw new RangeError(`not a delay: ${delayMs} ms`);
    this.delayMs = delayMs;
  }
}

/**
 * Thrown by a handler: the message can never succeed; it is dead-lettered with the error's message as the reason.
 */
export class Reject extends Error {
  override readonly name = 'Reject';

  static {
    brand(this, 'Reject');
  }
}

/** Work waited too long for the database; the message returns to its queue. */
export class Released extends Error {
  override readonly name = 'Released';
}
