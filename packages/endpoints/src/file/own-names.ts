import { isOwn } from '../deliveries/deliveries.ts';
import { topologyOf } from '../deliveries/topology.ts';
import type { Model } from '../model/model.ts';
import { sourcesOf } from '../model/sources.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';

/** The exchange to which the workers of a file reply. */
export const ownReplyExchange = 'RPC';

/** The names of the file's own exchanges and queues, and of those that every file has. */
export interface OwnNames {
  readonly exchange: ReadonlySet<string>;
  readonly queue: ReadonlySet<string>;
}

export function ownNames(model: Model): OwnNames {
  const { queues } = topologyOf(model);
  const sources = sourcesOf(model).filter(isOwn);
  return {
    exchange: new Set([ownReplyExchange, ...sources.map(({ exchange }) => exchange)]),
    queue: new Set(queues.flatMap(({ name }) => [name, `${name}.dead`])),
  };
}

/** An exchange or a queue that should belong to another application. */
export interface ForeignName {
  readonly kind: 'exchange' | 'queue';
  readonly name: string;
}

/** Reports a name, below its kind, that belongs to this system. */
export function checkNotOwn(
  { kind, name }: ForeignName,
  { taken, place, report }: { readonly taken: OwnNames; readonly place: string; readonly report: Report },
): void {
  if (!taken[kind].has(name) && !name.startsWith('retry:')) return;
  const message = `the ${kind} \`${name}\` belongs to this system, not to another application`;
  report.atValue(extendPointer(place, kind), message);
}
