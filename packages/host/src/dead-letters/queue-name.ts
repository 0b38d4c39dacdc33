import { deadLetterQueue } from '@restmapper/bus';
import { ConfigError } from '@restmapper/core';
import { type Model, sourcesOf, topologyOf } from '@restmapper/endpoints';

/** The queues of a file that may have dead letters. */
export function workQueuesOf(model: Model): readonly string[] {
  return topologyOf(model).queues.flatMap(({ kind, name }) => (kind === 'work' ? [name] : []));
}

/**
 * Finds a work queue by its name, by the name of its dead-letter queue, or by the source whose only queue
 * it is.
 *
 * @throws ConfigError that lists the existing queues.
 */
export function findWorkQueue(model: Model, given: string): string {
  const names = workQueuesOf(model);
  const named = names.find((name) => name === given || deadLetterQueue(name) === given);
  if (named !== undefined) return named;
  const [only, ...others] = queuesOf(model, given).filter((queue) => names.includes(queue));
  if (only !== undefined && others.length === 0) return only;
  throw new ConfigError(
    `${JSON.stringify(given)} is not a queue of events; the file has ${names.join(', ') || 'none'}`,
  );
}

function queuesOf(model: Model, key: string): readonly string[] {
  const source = sourcesOf(model).find((source) => source.key === key);
  if (source?.origin) return model.workers.filter(({ on }) => on === key).map(({ queue }) => queue);
  const bound = topologyOf(model).bindings.filter(({ exchange }) => exchange === source?.exchange);
  return bound.map(({ queue }) => queue);
}
