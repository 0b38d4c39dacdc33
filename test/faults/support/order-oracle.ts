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
  /** A process is about to be killed. */
  | { readonly t: 'kill'; readonly pid: number };

export type TimedLine = JournalLine & { readonly atMs: number };

export interface OrderVerdict {
  /** Messages that were completed at least once. */
  readonly completed: number;
  /** Completions beyond the first of a message. */
  readonly repeated: number;
  /** Messages that were first completed before an earlier one of their key. */
  readonly outOfOrder: number;
  /** Runs that began while another of their key was in progress, and whose signal had not aborted. */
  readonly overlaps: number;
  /** Runs that began shortly before the process of the other run noticed that it had lost the message. */
  readonly unnoticed: number;
  /** The longest time until it noticed. */
  readonly unnoticedMs: number;
}

interface Run {
  readonly key: string;
  readonly pid: number;
}

/** How long a process may take to notice that the broker has ended its connection. */
const noticeMs = 2_000;

/** Judges a journal: per key, the first completions are in order, and no two runs are in progress at once. */
export function judgeOrder(journal: readonly TimedLine[]): OrderVerdict {
  const reader = new JournalReader(journal);
  for (const line of journal) reader.read(line);
  return reader.verdict;
}

class JournalReader {
  readonly #abortedMs: ReadonlyMap<string, number>;
  readonly #open = new Map<string, Run>();
  readonly #done = new Map<string, Set<number>>();
  readonly #counts = { repeated: 0, outOfOrder: 0, overlaps: 0, unnoticed: 0, unnoticedMs: 0 };

  constructor(journal: readonly TimedLine[]) {
    this.#abortedMs = new Map(
      journal.flatMap((line) => (line.t === 'abort' ? [[line.run, line.atMs] as const] : [])),
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
      case 'kill':
        for (const [run, { pid }] of this.#open) if (pid === line.pid) this.#open.delete(run);
    }
  }

  #begin({ key, run, pid, atMs }: TimedLine & { readonly t: 'begin' | 'end' }): void {
    const others = [...this.#open].filter(([, other]) => other.key === key);
    for (const [other] of others) {
      const lateMs = (this.#abortedMs.get(other) ?? Number.POSITIVE_INFINITY) - atMs;
      if (lateMs > noticeMs) {
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
