/** A message that came back so often with a lost channel may be what ends them. */
const suspectReturns = 3;

/**
 * Decides when to fall back to a prefetch of 1.
 *
 * A message on which a whole process dies takes along whatever its channel holds besides, and the broker
 * counts that against all of them alike. Taken alone it is counted alone, and becomes a dead letter long
 * before its neighbours. Those that came back are handed out first, so a message that never did ends it.
 */
export class PoisonGuard {
  #isIsolating = false;

  /** Whether messages are to be taken one at a time. */
  get isIsolating(): boolean {
    return this.#isIsolating;
  }

  /** Whether a message that came back so often fits; when it does not, the next channel has to be opened the other way. */
  accepts(returns: number): boolean {
    if (this.#isIsolating ? returns > 0 : returns < suspectReturns) return true;
    this.#isIsolating = !this.#isIsolating;
    return false;
  }
}
