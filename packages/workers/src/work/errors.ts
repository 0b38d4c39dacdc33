/**
 * Thrown by a handler: hand the message back after a delay.
 *
 * @throws RangeError when the delay is no number of milliseconds.
 */
export class Retry extends Error {
  override readonly name = 'Retry';
  readonly delayMs: number;

  constructor(delayMs: number, reason = 'asked to be retried') {
    super(reason);
    if (!(delayMs >= 0 && Number.isFinite(delayMs))) throw new RangeError(`not a delay: ${delayMs} ms`);
    this.delayMs = delayMs;
  }
}

/** Thrown by a handler: the message can never succeed; it goes to the dead letters with this reason. */
export class Reject extends Error {
  override readonly name = 'Reject';
}

/** Work waited too long for the database; the message goes back, and waits in its queue. */
export class Released extends Error {
  override readonly name = 'Released';
}
