/** The consumer of one ordered queue, which shares it with other processes: one of them is active at a time. */
export interface SharedConsumer {
  readonly queue: string;
  /** Whether this one gets its messages, as far as it knows. */
  readonly isActive: boolean;
  /** How long its oldest batch in progress has been running, in milliseconds; 0 if there is none. */
  readonly oldestRunMs: number;
  /** Lets another consumer become the active one, after what is in progress; meanwhile, nothing else starts. */
  handOver(): void;
}

/** Shows that this process shares the queues of a group, and counts those that do. */
export interface Presence {
  /** The number of processes, this one included; `undefined` if it is not known. */
  readonly count: number | undefined;
  /** This process can take none of the queues right now. */
  pause(): void;
  resume(): void;
  close(): Promise<void>;
}

/** The consumers of the queues of one group. */
export interface SharedGroup {
  readonly consumers: readonly SharedConsumer[];
  readonly presence: Presence;
}

/** How often the shares are compared. Every change of them moves on by one process in this time. */
const everyMs = 2_000;

/** A queue with a batch in progress for longer is kept for now: all of its messages would wait for the end of that. */
const longRunMs = 5_000;

/**
 * Shares ordered queues evenly between the processes that consume them: each gets an equal number, or one more.
 *
 * The broker does not: it makes the consumer that came first the active one of every queue. Nor does it say who has
 * what. So each process limits itself, by what it knows: of the `q · n` first queues of a group it keeps at most `q`, of
 * the others at most one, where `q` is their number divided by that of the processes `n`, rounded down. Since the limits
 * add up to the number of queues, all processes have what they may keep. A queue that is let go of goes to the consumer
 * that waits longest, which may pass it on.
 */
export class PartitionShare {
  readonly #groups: readonly SharedGroup[];
  readonly #timer: NodeJS.Timeout;

  constructor(groups: readonly SharedGroup[]) {
    this.#groups = groups;
    this.#timer = setInterval(() => this.#balance(), everyMs);
    this.#timer.unref();
  }

  pause(): void {
    for (const { presence } of this.#groups) presence.pause();
  }

  resume(): void {
    for (const { presence } of this.#groups) presence.resume();
  }

  /** Leaves the groups. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all(this.#groups.map(({ presence }) => presence.close()));
  }

  /** Lets go of the queues beyond this process's share. */
  #balance(): void {
    for (const { consumers, presence } of this.#groups) {
      for (const consumer of excessOf(consumers, presence.count ?? 1)) {
        if (consumer.oldestRunMs < longRunMs) consumer.handOver();
      }
    }
  }
}

/** What a process has of one queue of a group. */
type Held = Pick<SharedConsumer, 'isActive' | 'oldestRunMs'>;

/** The queues of a group that a process has beyond its share, without those with the longest runs. */
export function excessOf<Queue extends Held>(group: readonly Queue[], processes: number): readonly Queue[] {
  const each = Math.floor(group.length / processes);
  const evenly = each * processes;
  return [...beyond(group.slice(0, evenly), each), ...beyond(group.slice(evenly), 1)];
}

function beyond<Queue extends Held>(queues: readonly Queue[], limit: number): readonly Queue[] {
  return queues
    .filter(({ isActive }) => isActive)
    .toSorted((a, b) => b.oldestRunMs - a.oldestRunMs)
    .slice(limit);
}
