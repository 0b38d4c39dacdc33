import { deadLetterQueue } from '@restmapper/bus';
import { type Model, pointerStep, tableOf } from '@restmapper/endpoints';
import type { LiveObject } from './live-finding.ts';

/** The JSON pointer of what needs an object; undefined if all of the file does. */
export function placeOf({ kind, name }: LiveObject, model: Model): string | undefined {
  if (kind === 'exchange') return endpointOf(name, model);
  if (kind === 'queue') return queuePlace(name, model);
  if (kind !== 'table') return undefined;
  const worker = model.workers.find(({ use }) => tableOf(use) === name);
  return worker && `/workers${pointerStep(worker.name)}/table`;
}

function queuePlace(name: string, model: Model): string | undefined {
  const { endpoints, workers, feeds } = model;
  const worker = workers.find(({ queue }) => queue === name || deadLetterQueue(queue) === name);
  if (worker) return `/workers${pointerStep(worker.name)}`;
  const feed = feeds.find(({ queue }) => queue === name);
  const endpoint = feed && endpoints.find((each) => each.feed === feed.name);
  if (endpoint) return `/endpoints${pointerStep(endpoint.key)}/feed`;
  // Without a worker, the queue is named after the exchange.
  return endpointOf(name, model) ?? endpointOf(name.replace(/\.dead$/, ''), model);
}

function endpointOf(exchange: string, { endpoints }: Model): string | undefined {
  const endpoint = endpoints.find((each) => each.exchange === exchange);
  return endpoint && `/endpoints${pointerStep(endpoint.key)}`;
}
