/** How one call of a burst ended: with an HTTP status, or with no answer at all. */
export type BurstOutcome = number | 'failed';

/** What a burst has come to so far. */
export interface BurstProgress {
  readonly count: number;
  readonly done: number;
  /** Calls by outcome. */
  readonly outcomes: ReadonlyMap<BurstOutcome, number>;
  /** Of every call that got an answer. */
  readonly durationsMs: readonly number[];
  readonly elapsedMs: number;
}

export interface BurstOptions {
  readonly count: number;
  /** Most calls under way at once. */
  readonly concurrency: number;
  /** Makes one call; resolves with its status, rejects when there is no answer. */
  readonly send: (signal: AbortSignal) => Promise<number>;
  /** Ends the burst: no call begins any more, and those under way are given up. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: BurstProgress) => void;
  /** Milliseconds on a clock that never goes back. @default performance.now */
  readonly now?: () => number;
}

/** Makes the same call many times; resolves with what came of it, also when it was ended early. */
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
      // A call that was given up has no outcome: the server may or may not have taken it.
      if (signal.aborted) return;
      done += 1;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      onProgress(progress());
    }
  };

  await Promise.all(Array.from({ length: Math.min(concurrency, count) }, sendUntilDone));
  return progress();
}
