/** The time, and what happens later. */
export interface Clock {
  /** Epoch milliseconds. */
  nowMs(): number;
  /** Runs something after a delay; returns the function that prevents it. */
  after(delayMs: number, run: () => void): () => void;
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
