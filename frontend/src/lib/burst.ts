/** How one call of a burst ended: with an HTTP status, or with no answer at all. */
export type BurstOutcome = number | 'failed';

/** The results of a burst so far. */
export interface BurstProgress {
  readonly count: number;
  readonly done: number;
  /** Calls by outcome. */
  readonly outcomes: ReadonlyMap<BurstOutcome, number>;
  /** Durations of all answered calls. */
  readonly durationsMs: readonly number[];
  readonly elapsedMs: number;
}

export interface BurstOptions {
  readonly count: number;
  /** The maximum number of concurrent calls. */
  readonly concurrency: number;
  /** Makes one call; resolves with its status, rejects when there is no answer. */
  readonly send: (signal: AbortSignal) => Promise<number>;
  /** Ends the burst: no further call starts, and running ones are cancelled. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: BurstProgress) => void;
  /** A monotonic clock in milliseconds. @default performance.now */
  readonly now?: () => number;
}

/** Makes the same call many times; resolves with the results, even if it was ended early. */
export async function runBurst(options: BurstOptions): Promise<BurstProgress> {
  const { count, concurrency, send, signal, onProgress, now = () => performance.now() } = options;
  const startedAt = now();
  const outcomes = new Map<BurstOutcome, number>();
  const durationsMs: number[] = [];
  let begun = 0;
  let done = 0;
  const progress = (): BurstProgress => ({
    count,
    done,
    outcomes,
    durationsMs,
    elapsedMs: now() - startedAt,
  });

  const sendOne = async (): Promise<BurstOutcome> => {
    const sentAt = now();
    try {
      const status = await send(signal);
      durationsMs.push(now() - sentAt);
      return status;
    } catch {
      return 'failed';
    }
  };
  const sendUntilDone = async (): Promise<void> => {
    while (begun < count && !signal.aborted) {
      begun += 1;
      const outcome = await sendOne();
      // A cancelled call has no outcome: the server may or may not have processed it.
      if (signal.aborted) return;
      done += 1;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      onProgress(progress());
    }
  };

  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, sendUntilDone));
  return progress();
}
