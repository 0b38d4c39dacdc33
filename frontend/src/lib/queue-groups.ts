import { formatCountOf } from './format.ts';
import type { SystemQueue } from './system-report.ts';

/** A queue, or all queues of a worker that has several. */
export interface QueueGroup extends Pick<SystemQueue, 'name' | 'kind' | 'messages' | 'consumers'> {
  /** Empty for a queue that is not divided. */
  readonly parts: readonly SystemQueue[];
  /** What waits without a consumer: `No process takes eu: 120 messages wait`. */
  readonly abandoned: readonly string[];
}

/** Sums up the parts of each queue, in the order of the first ones. */
export function groupQueues(queues: readonly SystemQueue[]): readonly QueueGroup[] {
  const groups = new Map<string, SystemQueue[]>();
  for (const queue of queues) {
    const key = `${queue.kind} ${queue.partOf ?? queue.name}`;
    groups.set(key, [...(groups.get(key) ?? []), queue]);
  }
  return [...groups.values()].map(toGroup);
}

function toGroup(queues: readonly SystemQueue[]): QueueGroup {
  const [first] = queues;
  const isDivided = first?.partOf !== undefined;
  return {
    name: first?.partOf ?? first?.name ?? '',
    kind: first?.kind ?? '',
    messages: sumOf(queues.map(({ messages }) => messages)),
    consumers: sumOf(queues.map(({ consumers }) => consumers)),
    parts: isDivided ? queues : [],
    abandoned: abandonedIn(queues),
  };
}

/** The queues for a value together; partitions and queues that are not divided each by their name. */
function abandonedIn(queues: readonly SystemQueue[]): readonly string[] {
  const idle = queues.filter(({ kind, consumers }) => kind === 'work' && consumers === 0);
  const titles = [...new Set(idle.map(titleOf))];
  return titles.flatMap((title) => {
    const waiting = sumOf(idle.filter((queue) => titleOf(queue) === title).map(({ messages }) => messages));
    if (waiting === 0) return [];
    return [
      `No process takes ${title}: ${formatCountOf(waiting, 'message')} ${waiting === 1 ? 'waits' : 'wait'}`,
    ];
  });
}

function titleOf({ name, value }: SystemQueue): string {
  return value ?? name;
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
