const second = 1_000;
const smoothedSeconds = 5;

/** Counts what happens per second over the last minute. */
export class RateWindow {
  readonly #counts: number[];
  /** The second that the last count belongs to. */
  #newest = 0;

  constructor(seconds = 60) {
    this.#counts = Array.from({ length: seconds }, () => 0);
  }

  add(count: number, nowMs: number): void {
    this.#advance(nowMs);
    this.#counts.push((this.#counts.pop() ?? 0) + count);
  }

  /** One count per second, oldest first; the last second is incomplete. */
  counts(nowMs: number): readonly number[] {
    this.#advance(nowMs);
    return [...this.#counts];
  }

  /** The mean rate per second over the last five complete seconds. */
  rate(nowMs: number): number {
    this.#advance(nowMs);
    const over = this.#counts.slice(-1 - smoothedSeconds, -1);
    return over.reduce((sum, count) => sum + count, 0) / smoothedSeconds;
  }

  #advance(nowMs: number): void {
    const now = Math.floor(nowMs / second);
    const passed = Math.min(now - this.#newest, this.#counts.length);
    // After the clock was set back, counting continues in the newest second.
    if (passed <= 0) return;
    this.#counts.splice(0, passed);
    for (let filled = 0; filled < passed; filled += 1) this.#counts.push(0);
    this.#newest = now;
  }
}
