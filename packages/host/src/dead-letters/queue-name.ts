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
  const { exchange } = sourcesOf(model).find(({ key }) => key === given) ?? {};
  const bound = topologyOf(model).bindings.filter((binding) => binding.exchange === exchange);
  const [only, ...others] = bound.map(({ queue }) => queue).filter((queue) => names.includes(queue));
  if (only !== undefined && others.length === 0) return only;
  throw new ConfigError(
    `${JSON.stringify(given)} is not a queue of events; the file has ${names.join(', ') || 'none'}`,
  );
}
