import { type BrokerTopology, planTopology } from '@restmapper/bus';
import type { Topology } from '@restmapper/core';
import { methods } from '@restmapper/endpoints';
import { bindingsOf, type BoundNames, type BrokerBinding, differingBindings } from './binding-differences.ts';

type Arguments = Readonly<Record<string, unknown>>;

/** An exchange or a queue in RabbitMQ's definitions. */
interface BrokerObject {
  readonly name: string;
  readonly durable: boolean;
  readonly auto_delete: boolean;
  readonly arguments: Arguments;
}

/** The objects of one virtual host, from the management API. */
export interface BrokerObjects {
  readonly exchanges: readonly (BrokerObject & { readonly type: string; readonly internal?: boolean })[];
  readonly queues: readonly BrokerObject[];
  readonly bindings: readonly BrokerBinding[];
}

/**
 * Lists how a broker differs from the file's topology, one sentence per object; empty if it does not.
 *
 * Leftover objects were created for an endpoint, a worker or a feed that the file no longer has: an exchange
 * or queue by its name, and a queue bound to such an exchange or to one of the file's.
 */
export function differencesOf(topology: Topology, found: BrokerObjects): readonly string[] {
  const wanted = planTopology(topology);
  const known = {
    exchanges: new Set(wanted.exchanges.map(({ name }) => name)),
    queues: new Set(wanted.queues.map(({ name }) => name)),
  };
  const { exchanges: others = [] } = topology.foreign ?? {};
  const bindings = differingBindings(bindingsOf({ ...topology, ...wanted }), found.bindings, {
    ...known,
    exchanges: new Set([...known.exchanges, ...others]),
  });
  return [
    ...differingExchanges(wanted, found),
    ...missingOthers(others, found),
    ...differingQueues(wanted, found),
    ...bindings.missing,
    ...leftOvers(known, found),
    ...bindings.leftOver,
  ];
}

function differingExchanges(wanted: BrokerTopology, found: BrokerObjects): readonly string[] {
  return wanted.exchanges.flatMap(({ name, type, alternateExchange }) => {
    const there = found.exchanges.find((exchange) => exchange.name === name);
    if (!there) return [`missing: the exchange ${name}`];
    // RabbitMQ compares only this argument of an exchange.
    const ours = { ...kept, type, internal: false, [alternate]: alternateExchange };
    // RabbitMQ 4.3 omits it if false.
    const theirs = { ...propertiesOf(there), type: there.type, internal: there.internal ?? false };
    return differing({ ...theirs, [alternate]: there.arguments[alternate] }, ours).map(
      (difference) => `different: the exchange ${name}: ${difference}`,
    );
  });
}

function differingQueues(wanted: BrokerTopology, found: BrokerObjects): readonly string[] {
  return wanted.queues.flatMap(({ name, arguments: args }) => {
    const there = found.queues.find((queue) => queue.name === name);
    if (!there) return [`missing: the queue ${name}`];
    const theirs = { ...propertiesOf(there), ...there.arguments };
    return differing(theirs, { ...kept, ...args }).map(
      (difference) => `different: the queue ${name}: ${difference}`,
    );
  });
}

const alternate = 'alternate-exchange';

/** The flags with which processes declare objects. */
const kept = { durable: true, auto_delete: false };

function propertiesOf({ durable, auto_delete }: BrokerObject): Arguments {
  return { durable, auto_delete };
}

function differing(there: Arguments, wanted: Arguments): readonly string[] {
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(there)])];
  return names
    .filter((name) => wanted[name] !== there[name])
    .map((name) => {
      const [is, should] = [there[name], wanted[name]].map((value) =>
        value === undefined ? 'not set' : JSON.stringify(value),
      );
      return `${name} is ${is}, and should be ${should}`;
    });
}

function missingOthers(others: readonly string[], { exchanges }: BrokerObjects): readonly string[] {
  const there = new Set(exchanges.map(({ name }) => name));
  return others
    .filter((name) => !there.has(name) && !name.startsWith('amq.')) // RabbitMQ's own are not in its definitions.
    .map((name) => `missing: the exchange ${name}, which another application declares`);
}

function leftOvers(known: BoundNames, found: BrokerObjects): readonly string[] {
  const exchanges = found.exchanges.filter(
    ({ name }) => !known.exchanges.has(name) && endpointName.test(name),
  );
  const ours = new Set([...known.exchanges, ...exchanges.map(({ name }) => name)]);
  const isBound = (queue: string): boolean =>
    found.bindings.some(
      ({ source, destination, destination_type: type }) =>
        type === 'queue' && ours.has(source) && source !== '' && destination === queue,
    );
  const isLeft = (name: string): boolean =>
    !known.queues.has(name) && !name.startsWith('amq.') && (queueName.test(name) || isBound(name));
  const queues = found.queues.filter(
    ({ name }) =>
      isLeft(name) ||
      (name.endsWith('.dead') && !known.queues.has(name) && isLeft(name.slice(0, -'.dead'.length))),
  );
  return [
    ...exchanges.map(({ name }) => `left over: the exchange ${name}`),
    ...queues.map(({ name }) => `left over: the queue ${name}`),
  ];
}

/** Matches the names of endpoints' exchanges, and of queues named after an endpoint or a feed. */
const endpointName = new RegExp(`^/.*:(?:${methods.join('|')})$`);
const queueName = new RegExp(`^(?:/.*:(?:${methods.join('|')})(?:\\.dead)?|feed:.*)$`);
