import type { SystemProcess, SystemQueue, SystemReport } from './system-report.ts';

/** How a part of the system, such as the broker, looks to the processes that use it. */
export interface PartHealth {
  readonly name: string;
  /** How many processes use it. */
  readonly users: number;
  /** What is wrong, and for whom. */
  readonly faults: readonly { readonly process: string; readonly why: string }[];
  /** Whether it runs within a process. */
  readonly embedded: boolean;
}

const titles: Readonly<Record<string, string>> = { bus: 'Broker', database: 'Database', feeds: 'Feeds' };

/** Puts together what the processes say of each part they use. */
export function partsOf({ processes }: SystemReport): readonly PartHealth[] {
  const names = [...new Set(processes.flatMap(({ checks }) => Object.keys(checks)))];
  return names.map((name) => {
    const users = processes.filter(({ checks }) => name in checks);
    return {
      name: titles[name] ?? name,
      users: users.length,
      faults: users.flatMap((process) => faultOf(process, name)),
      embedded: users.some(({ embedded }) => embedded.includes(name)),
    };
  });
}

function faultOf({ id, checks }: SystemProcess, name: string): PartHealth['faults'] {
  const state = checks[name] ?? 'ok';
  return state === 'ok' ? [] : [{ process: id, why: state }];
}

/** Messages that could not be worked on: the queues that hold them, the fullest first. */
export function deadLetters({ queues }: SystemReport): readonly SystemQueue[] {
  return queues
    .filter(({ kind, messages }) => kind === 'dead' && messages > 0)
    .toSorted((a, b) => b.messages - a.messages);
}

/** Whether messages wait in a queue that nobody consumes. */
export function isAbandoned({ kind, messages, consumers }: SystemQueue): boolean {
  return kind === 'work' && messages > 0 && consumers === 0;
}

/** The sum of one counter over all processes; `undefined` when none has it. */
export function sumOf({ processes }: SystemReport, counter: string): number | undefined {
  const counts = processes.flatMap(({ counters }) => counters[counter] ?? []);
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
}
