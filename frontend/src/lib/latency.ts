/** How long calls took, in milliseconds. */
export interface LatencySummary {
  readonly p50: number;
  readonly p99: number;
  readonly longest: number;
}

/** Summarises durations by nearest rank; `undefined` without any. */
export function summarizeLatency(durationsMs: readonly number[]): LatencySummary | undefined {
  const sorted = [...durationsMs].sort((a, b) => a - b);
  const longest = sorted.at(-1);
  if (longest === undefined) return undefined;
  const atRank = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? longest;
  return { p50: atRank(0.5), p99: atRank(0.99), longest };
}
