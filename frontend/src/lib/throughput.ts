import type { SystemProcess, SystemReport } from './system-report.ts';

/** Per second, by the counter's name. */
export type Throughput = Readonly<Record<string, number>>;

/**
 * The rates between two reports, over all processes.
 *
 * A process in only one of them is skipped: its counters started in between, or are unknown. One that
 * restarted under the same id counts from zero. Polls by pages are excluded.
 */
export function throughputBetween(earlier: SystemReport, later: SystemReport): Throughput {
  const seconds = (later.at - earlier.at) / 1000;
  if (seconds <= 0) return {};
  const before = new Map(earlier.processes.map((process) => [process.id, process]));
  const rates: Record<string, number> = {};
  for (const process of later.processes) {
    const known = before.get(process.id);
    if (known === undefined) continue;
    for (const [name, increase] of increasesOf(known, process)) {
      rates[name] = (rates[name] ?? 0) + increase / seconds;
    }
  }
  return withoutPolls(rates);
}

/** Counters without the pages' polls, which gateways answer and workers handle. */
export function withoutPolls(counts: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const { handled, polls = 0 } = counts;
  return handled === undefined ? counts : { ...counts, handled: Math.max(0, handled - polls) };
}

function increasesOf(earlier: SystemProcess, later: SystemProcess): [string, number][] {
  const isSame = earlier.startedAtMs === later.startedAtMs;
  return Object.entries(later.counters).map(([name, count]) => [
    name,
    Math.max(0, count - (isSame ? (earlier.counters[name] ?? 0) : 0)),
  ]);
}
