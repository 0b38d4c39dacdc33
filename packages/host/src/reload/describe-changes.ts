import { isDeepStrictEqual } from 'node:util';
import type { Model } from '@restmapper/endpoints';

/** Lists in what a model differs from the one before: `endpoint POST /orders/ added`. */
export function describeChanges(before: Model, next: Model): readonly string[] {
  return [
    ...differences('endpoint', byName(before.endpoints, keyOf), byName(next.endpoints, keyOf)),
    ...differences('internal source', byName(before.internal, keyOf), byName(next.internal, keyOf)),
    ...differences('input', byName(before.inputs, keyOf), byName(next.inputs, keyOf)),
    ...differences('output', byName(before.outputs, keyOf), byName(next.outputs, keyOf)),
    ...differences('worker', workersByName(before), workersByName(next)),
    ...orderChanges(before, next),
    ...differences('plugin group', byName(before.plugins, nameOf), byName(next.plugins, nameOf)),
    ...differences('feed', byName(before.feeds, nameOf), byName(next.feeds, nameOf)),
    ...(isDeepStrictEqual(before.auth, next.auth) ? [] : ['auth changed']),
    ...(isDeepStrictEqual(othersOf(before), othersOf(next)) ? [] : ['the rest of the file changed']),
  ];
}

const keyOf = ({ key }: { readonly key: string }): string => key;
const nameOf = ({ name }: { readonly name: string }): string => name;

function byName<T>(items: readonly T[], name: (item: T) => string): ReadonlyMap<string, T> {
  return new Map(items.map((item) => [name(item), item]));
}

/** A worker of several sources is one for each. */
function workersByName({ workers }: Model): ReadonlyMap<string, unknown> {
  const names = new Set(workers.map(nameOf));
  return new Map([...names].map((name) => [name, workers.filter((worker) => worker.name === name)]));
}

/** Workers whose messages go to other partitions than before, and overtake those that wait. */
function orderChanges(before: Model, next: Model): readonly string[] {
  return next.workers.flatMap(({ name, on, order }) => {
    const former = before.workers.find((worker) => worker.name === name && worker.on === on)?.order;
    if (!order || !former || isDeepStrictEqual(order, former)) return [];
    return [`worker ${name}: messages that wait stay in the partition of the former orderingKey`];
  });
}

function differences(
  kind: string,
  before: ReadonlyMap<string, unknown>,
  next: ReadonlyMap<string, unknown>,
): readonly string[] {
  const names = [...new Set([...before.keys(), ...next.keys()])];
  return names.flatMap((name) => {
    if (!before.has(name)) return [`${kind} ${name} added`];
    if (!next.has(name)) return [`${kind} ${name} removed`];
    return isDeepStrictEqual(before.get(name), next.get(name)) ? [] : [`${kind} ${name} changed`];
  });
}

function othersOf({
  endpoints: _endpoints,
  internal: _internal,
  inputs: _inputs,
  outputs: _outputs,
  workers: _workers,
  plugins: _plugins,
  feeds: _feeds,
  auth: _auth,
  ...others
}: Model) {
  return others;
}
