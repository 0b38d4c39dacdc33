import { isAnswered } from '@restmapper/endpoints';
import type { TopologyUse } from '@restmapper/core';
import type { Model } from '@restmapper/endpoints';
import type { Role } from './role.ts';

/**
 * What of the topology a process of a role works with, besides declaring it.
 *
 * | role | publishes to | consumes or follows |
 * |---|---|---|
 * | `serve` | every endpoint | |
 * | `live` | | every feed |
 * | `work` | events, by its modules | the queues of its workers |
 * | `start` | all of this | all of this |
 */
export function topologyUseOf(role: Role, model: Model, workerNames?: readonly string[]): TopologyUse {
  const { endpoints, feeds, workers } = model;
  const isPublishedTo = {
    serve: () => true,
    live: () => false,
    work: ({ delivery }: (typeof endpoints)[number]) => !isAnswered(delivery),
    start: () => true,
  }[role];
  const consumed = workers.filter(({ name }) => workerNames?.includes(name) ?? true);
  const queues = [
    ...(role === 'work' || role === 'start' ? consumed : []),
    ...(role === 'live' || role === 'start' ? feeds : []),
  ];
  return {
    exchanges: endpoints.filter(isPublishedTo).map(({ exchange }) => exchange),
    queues: [...new Set(queues.map(({ queue }) => queue))],
  };
}
