import { isDeepStrictEqual } from 'node:util';
import { deliveries, isOwn } from '../deliveries/deliveries.ts';
import type { Source, Worker } from '../model/model.ts';
import { consumedQueuesOf } from '../model/worker-queues.ts';
import { isEndpoint } from '../model/sources.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';

/** Reports workers that would take another worker's messages. */
export function checkWorkers(workers: readonly Worker[], sources: readonly Source[], report: Report): void {
  const owners = new Map<string, Worker>();
  for (const worker of workers) {
    const queues = consumedQueuesOf(worker);
    const owner = queues.map((queue) => owners.get(queue)).find((each) => each !== undefined);
    const fault = owner
      ? conflict(worker, owner)
      : (orderFault(worker, workers) ?? foreignQueue(worker, sources));
    if (fault !== undefined) report.atKey(extendPointer('/workers', worker.name), fault);
    for (const queue of queues) if (!owners.has(queue)) owners.set(queue, worker);
  }
}

/** Workers that share a queue by taking different values of it have its partitions in common. */
function orderFault(worker: Worker, workers: readonly Worker[]): string | undefined {
  const [first] = workers.filter(({ on, queue }) => on === worker.on && queue === worker.queue);
  if (!first || isDeepStrictEqual(first.order, worker.order)) return undefined;
  return `the queue \`${worker.queue}\` is also that of \`${first.name}\`, with another \`orderingKey\` or other \`partitions\`; give both the same ones`;
}

function conflict(worker: Worker, owner: Worker): string {
  if (worker.on !== owner.on) {
    return `the queue \`${worker.queue}\` already belongs to the worker \`${owner.name}\` on \`${owner.on}\``;
  }
  if (worker.input?.queue !== undefined) {
    return `the worker \`${owner.name}\` already has the messages of \`${worker.on}\`, and the queue \`${worker.input.queue}\` gives each of them to one worker only`;
  }
  if (deliveries[worker.delivery].isAnswered) {
    return `\`${worker.on}\` already has the worker \`${owner.name}\`, and only one can answer a call; to do more at once, raise its \`concurrency\` or run it in more processes`;
  }
  return `\`${worker.name}\` would take messages away from the worker \`${owner.name}\`; give it a \`queue\` of its own`;
}

function foreignQueue({ queue, on }: Worker, sources: readonly Source[]): string | undefined {
  const owner = sources.find((source) => isOwn(source) && source.exchange === queue);
  if (!owner || owner.key === on) return undefined;
  return `the queue \`${queue}\` belongs to the ${isEndpoint(owner) ? 'endpoint' : 'internal source'} \`${owner.key}\``;
}
