/** One line of the journal that the processes of an ordered worker write together. */
export type JournalLine =
  | {
      readonly t: 'begin' | 'end';
      readonly key: string;
      readonly n: number;
      readonly run: string;
      readonly pid: number;
    }
  /** A run has ended without success; its message is retried. */
  | { readonly t: 'fail'; readonly run: string }
  /** The signal of a run has aborted: its message is another process's. */
  | { readonly t: 'abort'; readonly run: string; readonly atMs: number }
  /** A process is about to be killed, or to lose its connection. */
  | { readonly t: 'kill' | 'cut'; readonly pid: number };

export type TimedLine = JournalLine & { readonly atMs: number };

export interface OrderVerdict {
  /** Messages that were completed at least once. */
  readonly completed: number;
  /** Completions beyond the first of a message. */
  readonly repeated: number;
  /** Messages that were first completed before an earlier one of their key. */
  readonly outOfOrder: number;
  /** Runs that began while another of their key was in progress, although that one's connection had not been cut. */
  readonly overlaps: number;
  /** Runs that began after the connection of the other run was cut, before that one ended or noticed it. */
  readonly unnoticed: number;
  /** The longest time until then. */
  readonly unnoticedMs: number;
}

interface Run {
  readonly key: string;
  readonly pid: number;
}

/** How long ago a cut may be that explains two runs at once, and how long the first one may take to notice it. */
const noticeMs = 2_000;

/** Judges a journal: per key, the first completions are in order, and no two runs are in progress at once. */
export function judgeOrder(journal: readonly TimedLine[]): OrderVerdict {
  const reader = new JournalReader(journal);
  for (const line of journal) reader.read(line);
  return reader.verdict;
}

class JournalReader {
  /** When each run ended, or its signal aborted. */
  readonly #endedMs: ReadonlyMap<string, number>;
  readonly #cutMs = new Map<number, number>();
  readonly #open = new Map<string, Run>();
  readonly #done = new Map<string, Set<number>>();
  readonly #counts = { repeated: 0, outOfOrder: 0, overlaps: 0, unnoticed: 0, unnoticedMs: 0 };

  constructor(journal: readonly TimedLine[]) {
    // Of several lines of a run, the first counts.
    this.#endedMs = new Map(
      journal
        .toReversed()
        .flatMap((line) => ('run' in line && line.t !== 'begin' ? [[line.run, line.atMs] as const] : [])),
    );
  }

  get verdict(): OrderVerdict {
    const completed = [...this.#done.values()].reduce((sum, { size }) => sum + size, 0);
    return { completed, ...this.#counts };
  }

  read(line: TimedLine): void {
    switch (line.t) {
      case 'begin':
        return this.#begin(line);
      case 'end':
        this.#open.delete(line.run);
        return this.#complete(line);
      case 'abort':
      case 'fail':
        return void this.#open.delete(line.run);
      case 'cut':
        return void this.#cutMs.set(line.pid, line.atMs);
      case 'kill':
        for (const [run, { pid }] of this.#open) if (pid === line.pid) this.#open.delete(run);
    }
  }

  #begin({ key, run, pid, atMs }: TimedLine & { readonly t: 'begin' | 'end' }): void {
    const others = [...this.#open].filter(([, other]) => other.key === key);
    for (const [other, { pid: otherPid }] of others) {
      const cutMs = this.#cutMs.get(otherPid) ?? Number.NEGATIVE_INFINITY;
      const lateMs = (this.#endedMs.get(other) ?? Number.POSITIVE_INFINITY) - atMs;
      if (lateMs > noticeMs || atMs - cutMs > noticeMs) {
        this.#counts.overlaps += 1;
        continue;
      }
      this.#counts.unnoticed += 1;
      this.#counts.unnoticedMs = Math.max(this.#counts.unnoticedMs, lateMs);
    }
    this.#open.set(run, { key, pid });
  }

  #complete({ key, n }: { readonly key: string; readonly n: number }): void {
    const done = this.#done.get(key) ?? new Set<number>();
    this.#done.set(key, done);
    if (done.has(n)) this.#counts.repeated += 1;
    else if (n !== done.size) this.#counts.outOfOrder += 1;
    done.add(n);
  }
}
