import type { DeadLetter } from '@restmapper/bus';
import { type Model, topologyOf } from '@restmapper/endpoints';

/**
 * Creates the function that tells whether a replayed message is a dead letter again at once, because the file has no
 * queue for its routing key.
 */
export function createComesBack(model: Model): (letter: Pick<DeadLetter, 'queue' | 'routingKey'>) => boolean {
  const { queues, bindings, exchangeBindings = [] } = topologyOf(model);
  const routes = [
    ...bindings,
    ...exchangeBindings.map(({ source, ...rule }) => ({ exchange: source, ...rule })),
  ];
  const keysOf = new Map(
    queues.flatMap((queue) => {
      if (queue.kind !== 'unrouted') return [];
      const own = routes.filter(({ exchange }) => exchange === queue.exchange);
      return [[queue.name, new Set(own.map(({ routingKey }) => routingKey))] as const];
    }),
  );
  return ({ queue, routingKey }) => keysOf.get(queue)?.has(routingKey) === false;
}
