/** A message returned this often with lost channels may be the cause of the losses. */
const suspectReturns = 3;

/**
 * Decides when to fall back to a prefetch of 1.
 *
 * A message that kills its process takes along all other messages of its channel, and the broker counts this
 * against all of them. Taken alone it is counted alone, and is dead-lettered long before the others. The
 * broker redelivers returned messages first, so a message that was never returned ends the isolation.
 */
export class PoisonGuard {
  #isIsolating = false;

  /** Whether to take messages one at a time. */
  get isIsolating(): boolean {
    return this.#isIsolating;
  }

  /**
   * Whether a message with this number of returns fits the current mode; if not, the next channel must use
   * the other one.
   */
  accepts(returns: number): boolean {
    if (this.#isIsolating ? returns > 0 : returns < suspectReturns) return true;
    this.#isIsolating = !this.#isIsolating;
    return false;
  }
}
