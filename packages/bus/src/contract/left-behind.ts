import { type BindingSpec, bindingRuleKey, type ExchangeBindingSpec, type Topology } from '@restmapper/core';
import { declaredQueues } from './queue-depth.ts';
import { groupQueues } from './queue-group.ts';

/** The objects that only the previous topology has; they still exist on the broker, and work. */
export interface LeftBehind {
  readonly exchanges: readonly string[];
  /** Those for dead letters, and for the presence of processes that share partitions, included. */
  readonly queues: readonly string[];
  /** Those to foreign exchanges included. */
  readonly bindings: readonly BindingSpec[];
  readonly exchangeBindings: readonly ExchangeBindingSpec[];
}

/** Finds the objects that only the first topology has. */
export function findLeftBehind(before: Topology, after: Topology): LeftBehind {
  return {
    exchanges: missingIn(namesOf(after.exchanges), namesOf(before.exchanges), String),
    queues: missingIn(queuesOf(after), queuesOf(before), String),
    bindings: missingIn(bindingsOf(after), bindingsOf(before), ({ exchange, queue, ...rule }) =>
      JSON.stringify([exchange, queue, bindingRuleKey(rule)]),
    ),
    exchangeBindings: missingIn(
      after.exchangeBindings ?? [],
      before.exchangeBindings ?? [],
      ({ source, destination, ...rule }) => JSON.stringify([source, destination, bindingRuleKey(rule)]),
    ),
  };
}

function missingIn<T>(there: readonly T[], wanted: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const keys = new Set(there.map(keyOf));
  return wanted.filter((item) => !keys.has(keyOf(item)));
}

function namesOf(objects: readonly { readonly name: string }[]): readonly string[] {
  return objects.map(({ name }) => name);
}

function queuesOf({ queues }: Topology): readonly string[] {
  const ordered = queues.filter((queue) => 'isOrdered' in queue);
  return [...namesOf(declaredQueues(queues)), ...groupQueues(ordered, ({ name }) => name).keys()];
}

function bindingsOf({ bindings, foreign }: Topology): readonly BindingSpec[] {
  return [...bindings, ...(foreign?.bindings ?? [])];
}
