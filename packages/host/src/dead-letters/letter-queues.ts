import { deadLetterQueue } from '@restmapper/bus';
import { ConfigError } from '@restmapper/core';
import {
  consumedQueuesOf,
  type Model,
  queuePartsOf,
  sourcesOf,
  topologyOf,
  unroutedQueue,
} from '@restmapper/endpoints';

/** A queue whose messages may become dead letters, or the queue for messages that no queue of a source takes. */
export interface LetterQueue {
  readonly name: string;
  /** The queue that holds the dead letters. */
  readonly letters: string;
  /** The queue of which it is a part; its own name if it is whole. */
  readonly partOf: string;
  /** Present: the exchange to which a replay publishes; otherwise the queue itself gets the message. */
  readonly exchange?: string;
}

/** The queues of a file that may have dead letters. */
export function letterQueuesOf(model: Model): readonly LetterQueue[] {
  const parts = queuePartsOf(model);
  return topologyOf(model).queues.flatMap((queue): LetterQueue[] => {
    const { name } = queue;
    if (queue.kind === 'unrouted') return [{ name, letters: name, partOf: name, exchange: queue.exchange }];
    if (queue.kind !== 'work') return [];
    return [{ name, letters: deadLetterQueue(name), partOf: parts.get(name)?.of ?? name }];
  });
}

/** The queues that a name stands for. */
export interface NamedLetterQueues {
  /** For messages: the queue's name, or that of what has several. */
  readonly title: string;
  /** At least one. */
  readonly queues: readonly LetterQueue[];
}

/**
 * Finds queues by the name of a queue or of its dead-letter queue, by that of a worker, or by a source with one worker:
 * all parts, if it has several.
 *
 * @throws ConfigError that lists the existing queues.
 */
export function findLetterQueues(model: Model, given: string): NamedLetterQueues {
  const all = letterQueuesOf(model);
  const exact = all.filter(({ name, letters }) => name === given || letters === given);
  const found = [exact, partsNamed(all, given), ofWorker(all, model, given), ofSource(all, model, given)];
  const [queues] = found.filter(({ length }) => length > 0);
  if (queues) return { title: queues.length === 1 ? (queues[0]?.name ?? given) : given, queues };
  const names = [...new Set(all.map(({ partOf }) => partOf))];
  throw new ConfigError(
    `${JSON.stringify(given)} is not a queue of events; the file has ${names.join(', ') || 'none'}`,
  );
}

/** `check`, `check.dead`, or `check@eu` if that has partitions. */
function partsNamed(all: readonly LetterQueue[], given: string): readonly LetterQueue[] {
  const base = given.replace(/\.dead$/, '');
  const whole = all.filter(({ partOf }) => partOf === base);
  return whole.length > 0 ? whole : all.filter(({ name }) => name.startsWith(`${base}#`));
}

function ofWorker(all: readonly LetterQueue[], { workers }: Model, given: string): readonly LetterQueue[] {
  const consumed = new Set(workers.filter(({ name }) => name === given).flatMap(consumedQueuesOf));
  return all.filter(({ name }) => consumed.has(name));
}

/** With several workers it is not clear whose are meant. */
function ofSource(all: readonly LetterQueue[], model: Model, given: string): readonly LetterQueue[] {
  const source = sourcesOf(model).find(({ key }) => key === given);
  if (!source) return [];
  const own = model.workers.filter(({ on }) => on === given).map(({ queue }) => queue);
  const bases = new Set(own.length > 0 ? own : [source.exchange]);
  if (bases.size > 1) return [];
  const unrouted = unroutedQueue(source.exchange);
  return all.filter(({ name, partOf }) => bases.has(partOf) || name === unrouted);
}
