import { type Model, pointerStep, sourcePointer, sourcesOf, tableOf } from '@restmapper/endpoints';
import { isPartOf } from './divided-queues.ts';
import type { LiveObject } from './live-finding.ts';

/** The JSON pointer of what needs an object; undefined if all of the file does. */
export function placeOf({ kind, name }: LiveObject, model: Model): string | undefined {
  if (kind === 'exchange') return exchangePlace(name, model);
  if (kind === 'queue') return queuePlace(name, model);
  if (kind === 'statement') return `/workers${pointerStep(name)}/statement`;
  if (kind !== 'table') return undefined;
  const worker = model.workers.find(({ use }) => tableOf(use) === name);
  return worker && `/workers${pointerStep(worker.name)}/table`;
}

function queuePlace(name: string, model: Model): string | undefined {
  const { workers, feeds } = model;
  const worker = workers.find(({ queue }) => isPartOf(name.replace(/\.dead$/, ''), queue));
  if (worker) return `/workers${pointerStep(worker.name)}`;
  const feed = feeds.find(({ queue }) => queue === name);
  const source = feed && sourcesOf(model).find((each) => each.feed === feed.name);
  if (source) return `${sourcePointer(source, model)}/feed`;
  const asking = sourcesOf(model).find(
    ({ delivery: { foreign } }) => foreign?.kind === 'queue' && foreign.queue === name,
  );
  if (asking) return sourcePointer(asking, model);
  const input = model.inputs.find(({ origin }) => origin?.queue === name);
  if (input) return `${sourcePointer(input, model)}/queue`;
  // Without a worker, the queue is named after the exchange.
  return sourcePlace(name, model) ?? sourcePlace(name.replace(/(?:@\.dead|\.dead|[@#].*)$/, ''), model);
}

/** Also of the exchanges before the parts of a queue: `/check:POST@`, `check@eu#`, `check@eu#0`. */
function exchangePlace(name: string, model: Model): string | undefined {
  const own = sourcePlace(name.replace(/@(?:\.dead)?$/, ''), model) ?? repliesPlace(name, model);
  return own ?? (/#0?$/.test(name) ? queuePlace(name.replace(/0?$/, '0'), model) : undefined);
}

function repliesPlace(exchange: string, model: Model): string | undefined {
  const source = sourcesOf(model).find(
    ({ delivery: { foreign } }) => foreign?.kind === 'queue' && foreign.replyExchange === exchange,
  );
  return source && `${sourcePointer(source, model)}/rpc/replyExchange`;
}

function sourcePlace(exchange: string, model: Model): string | undefined {
  const source = sourcesOf(model).find((each) => each.exchange === exchange);
  if (source) return sourcePointer(source, model);
  const places = model.inputs.flatMap((input) =>
    (input.origin?.from ?? []).flatMap((entry, index) =>
      entry.exchange === exchange ? [`${sourcePointer(input, model)}/from/${index}`] : [],
    ),
  );
  return places[0];
}
