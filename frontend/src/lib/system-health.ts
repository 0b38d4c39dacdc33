import { groupQueues, type QueueGroup } from './queue-groups.ts';
import type { SystemProcess, SystemReport } from './system-report.ts';

/** The health of a part of the system, such as the broker, as seen by the processes that use it. */
export interface PartHealth {
  /** Its name in the processes' checks. */
  readonly check: string;
  readonly name: string;
  /** How many processes use it. */
  readonly users: number;
  /** What is wrong, and for which process. */
  readonly faults: readonly { readonly process: string; readonly why: string }[];
  /** Whether it runs within a process. */
  readonly embedded: boolean;
}

const titles: Readonly<Record<string, string>> = { bus: 'Broker', database: 'Database', feeds: 'Feeds' };

/** Aggregates the processes' checks by part, in a fixed order. */
export function partsOf({ processes }: SystemReport): readonly PartHealth[] {
  const known = new Set(processes.flatMap(({ checks }) => Object.keys(checks)));
  const inOrder = new Set([...Object.keys(titles).filter((check) => known.has(check)), ...known]);
  return [...inOrder].map((check) => {
    const users = processes.filter(({ checks }) => check in checks);
    return {
      check,
      name: titles[check] ?? check,
      users: users.length,
      faults: users.flatMap((process) => faultOf(process, check)),
      embedded: users.some(({ embedded }) => embedded.includes(check)),
    };
  });
}

function faultOf({ id, checks }: SystemProcess, check: string): PartHealth['faults'] {
  const state = checks[check] ?? 'ok';
  return state === 'ok' ? [] : [{ process: id, why: state }];
}

/** The queues that hold dead letters, the fullest first; those of a worker with several as one. */
export function deadLetters({ queues }: SystemReport): readonly QueueGroup[] {
  return groupQueues(queues)
    .filter(({ kind, messages }) => kind === 'dead' && messages > 0)
    .toSorted((a, b) => b.messages - a.messages);
}

/** The sum of one counter over all processes; `undefined` if no process has it. */
export function sumOf({ processes }: SystemReport, counter: string): number | undefined {
  const counts = processes.flatMap(({ counters }) => counters[counter] ?? []);
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
}
