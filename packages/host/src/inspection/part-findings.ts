import type { Depth } from '@restmapper/bus';
import { partitionQueue, valueQueue } from '@restmapper/endpoints';
import { type DividedQueue, isPartOf } from './divided-queues.ts';
import type { LiveFinding } from './live-finding.ts';
import { countMessages, deletionCommand, managementCommand } from './deletion.ts';

/** The queues that are known to be on a broker, with their depth if it is known. */
export interface FoundQueues {
  readonly queues: ReadonlyMap<string, Depth | undefined>;
  readonly vhost: string;
}

/**
 * What is left of the parts of queues that an older file divided in another way, and messages that would lose their
 * order when partitions are added.
 */
export function partFindings(divided: readonly DividedQueue[], found: FoundQueues): readonly LiveFinding[] {
  // With the queue by which the processes that share partitions count each other: `engine#`.
  const own = new Set(
    divided.flatMap(({ queues }) => queues.flatMap((name) => [name, name.replace(/#\d+$/, '#')])),
  );
  return divided.flatMap((queue) => {
    const left = [...found.queues.keys()].filter((name) => isPartOf(name, queue.base) && !own.has(name));
    return [...leftFindings(queue, left, found), ...raisedFindings(queue, found)];
  });
}

function leftFindings(
  queue: DividedQueue,
  left: readonly string[],
  { queues, vhost }: FoundQueues,
): readonly LiveFinding[] {
  const countIn = (name: string): number | undefined => queues.get(name)?.messages;
  // Requests end at their callers' deadline.
  const [held, others] = partition(left, (name) => !queue.isRequests && (countIn(name) ?? 0) > 0);
  const copies = copyingAdvice(queue, left, vhost);
  const counts = held.map((name) => [name, countIn(name) ?? 0] as const);
  // Messages in progress are not counted.
  const isIdle = others.every((name) => countIn(name) === 0 && queues.get(name)?.consumers === 0);
  return [
    ...waitingFindings(queue, counts, `${deletions(held, vhost)}${copies}`),
    ...emptyFindings(queue, others, {
      isIdle,
      advice: `${deletions(others, vhost)}${held.length > 0 ? '' : copies}`,
    }),
  ];
}

function waitingFindings(
  { base }: DividedQueue,
  held: readonly (readonly [name: string, messages: number])[],
  advice: string,
): readonly LiveFinding[] {
  const [first] = held;
  if (!first) return [];
  const messages = held.reduce((sum, [, count]) => sum + count, 0);
  const where = held.map(([name, count]) => `${name} (${count})`).join(', ');
  const wait = `${countMessages(messages)} of ${base} wait where no worker of this file looks for them`;
  const todo = 'run workers with the older file until these queues are empty, then delete them';
  return [
    {
      code: 'LIVE_PARTS',
      object: { kind: 'queue', name: first[0] },
      messages,
      message: `${wait}: ${where}; ${todo}: ${advice}`,
    },
  ];
}

function emptyFindings(
  { base, isRequests }: DividedQueue,
  [first, ...others]: readonly string[],
  { isIdle, advice }: { readonly isIdle: boolean; readonly advice: string },
): readonly LiveFinding[] {
  if (first === undefined) return [];
  const are = others.length === 0 ? 'a queue' : `${others.length + 1} queues`;
  const says = isIdle ? 'without messages' : 'to be deleted once without messages and consumers';
  const dead = isRequests
    ? ''
    : ' (the dead letters, with `.dead`, after `restmapper dlq` with the older file)';
  return [
    {
      code: 'LIVE_LEFTOVER',
      object: { kind: 'queue', name: first },
      message: `${are} of ${base}, ${says}, from a file with other values or partitions${dead}: ${advice}`,
    },
  ];
}

function deletions(names: readonly string[], vhost: string): string {
  return names.map((name) => `\`${deletionCommand(name, vhost)}\``).join(', ');
}

/** What still brings new messages to these queues, and how to end it. */
function copyingAdvice(queue: DividedQueue, left: readonly string[], vhost: string): string {
  const commands = left.flatMap((name) => {
    const path = copyingPath(queue, name);
    return path ? [`\`${managementCommand(path, vhost)}\``] : [];
  });
  if (commands.length === 0) return '';
  const effect = queue.isRequests
    ? 'each call of a gateway with the older file also goes there, and runs twice while workers of both files run'
    : 'each new message is also copied there, and is processed twice while workers of both files run';
  return `; until then ${effect}; once the queues of this file exist, end this with ${[...new Set(commands)].join(', ')}`;
}

/** The path in the management API of the object that routes new messages to a queue left over; undefined if none does. */
function copyingPath(
  { base, exchange, isRequests, values, partitions }: DividedQueue,
  name: string,
): readonly string[] | undefined {
  if (name === base) return ['bindings', 'e', exchange, 'q', name, isRequests ? exchange : '~'];
  // Requests have the name of their queue as routing key.
  if (isRequests) return undefined;
  if (name.slice(base.length).startsWith('@') && values === undefined) return ['exchanges', `${exchange}@`];
  if (name.includes('#') && partitions === undefined) return ['exchanges', name.replace(/#\d+$/, '#')];
  return undefined;
}

/** Messages of a key go to another partition when there are more of them, and overtake those that wait. */
function raisedFindings(
  { base, isRequests, values, partitions }: DividedQueue,
  { queues }: FoundQueues,
): readonly LiveFinding[] {
  if (partitions === undefined || isRequests) return [];
  return (values ?? [undefined]).flatMap((value): LiveFinding[] => {
    const part = valueQueue(base, value);
    const names = Array.from({ length: partitions }, (_none, i) => partitionQueue(part, i));
    const there = names.filter((name) => queues.has(name));
    const missing = names[there.length];
    const messages = there.reduce((sum, name) => sum + (queues.get(name)?.messages ?? 0), 0);
    if (there.length === 0 || missing === undefined || messages === 0) return [];
    return [
      {
        code: 'LIVE_PARTS',
        object: { kind: 'queue', name: missing },
        messages,
        message: `${part} gets ${partitions} partitions instead of ${there.length} while ${countMessages(messages).replace(/^1 message$/, 'a message')} wait in them: later messages of a key may go to another partition and overtake the waiting ones; let workers with the older file empty them first, while nothing is published`,
      },
    ];
  });
}

function partition<T>(items: readonly T[], isFirst: (item: T) => boolean): readonly [T[], T[]] {
  return [items.filter(isFirst), items.filter((item) => !isFirst(item))];
}
