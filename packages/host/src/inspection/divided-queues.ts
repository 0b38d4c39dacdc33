import { isOwn, type Model, partitionQueue, queuesOf, sourcesOf, valueQueue } from '@restmapper/endpoints';

/** The queues of a worker, or of a source without workers, which this file or an older one may divide. */
export interface DividedQueue {
  /** The name that all parts have in common. */
  readonly base: string;
  /** Where its messages are published. */
  readonly exchange: string;
  readonly isRequests: boolean;
  readonly values: readonly string[] | undefined;
  readonly partitions: number | undefined;
  /** Its queues by this file that get messages. */
  readonly queues: readonly string[];
}

/** The most partitions that a worker may have. */
const mostPartitions = 64;

/** Beyond this number of names, only those up to the first missing one are looked for. */
const manyNames = 256;

/** The queues of a file's own sources; an input's are never divided. */
export function dividedQueuesOf(model: Model): readonly DividedQueue[] {
  const sources = sourcesOf(model).filter((source) => isOwn(source) && source.origin === undefined);
  const all = sources.flatMap((source): DividedQueue[] => {
    const { key, exchange, delivery, routing } = source;
    const workers = model.workers.filter(({ on }) => on === key);
    const bases = workers.length > 0 ? workers.map(({ queue }) => queue) : [exchange];
    return [...new Set(bases)].map((base) => {
      const order = routing?.orders.find(({ queue }) => queue === base);
      const values = routing?.key?.values;
      const parts = { ...(values && { values }), ...(order && { order }) };
      return {
        base,
        exchange,
        isRequests: delivery.kind === 'rpc',
        values,
        partitions: order?.partitions,
        queues: queuesOf({ queue: base, ...parts }),
      };
    });
  });
  return all;
}

/**
 * Names that an older file may have given to parts of these queues, as far as they can be guessed: in each list, a
 * missing one means that no later one is there.
 */
export function guessedParts(divided: readonly DividedQueue[]): readonly (readonly string[])[] {
  const whole = divided.flatMap(({ base, queues }) => (queues.includes(base) ? [] : [[base]]));
  const beyond = divided.flatMap(({ base, values, partitions = 0 }) =>
    (values ?? [undefined]).map((value) =>
      Array.from({ length: mostPartitions - partitions }, (_none, i) =>
        partitionQueue(valueQueue(base, value), partitions + i),
      ),
    ),
  );
  // The first ones may have been deleted already.
  const ordered = divided.filter(({ partitions }) => partitions !== undefined);
  const names = ordered.reduce((sum, { values }) => sum + (values?.length ?? 1) * mostPartitions, 0);
  const isFew = names <= manyNames;
  return [
    ...whole,
    ...beyond.flatMap((list) => (isFew && !list[0]?.endsWith('#0') ? list.map((name) => [name]) : [list])),
  ];
}

/** Whether a queue is a part of one with this name, or the whole; not if it holds dead letters. */
export function isPartOf(name: string, base: string): boolean {
  if (!name.startsWith(base) || name.endsWith('.dead')) return false;
  return /^(?:@[^@#]+)?(?:#\d{0,2})?$/.test(name.slice(base.length));
}
