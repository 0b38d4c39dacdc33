/** A clock with timers; replaceable in tests. */
export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number;
  /** Runs a function after a delay; returns a function that cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
