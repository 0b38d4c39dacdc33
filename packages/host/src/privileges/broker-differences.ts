import { type BrokerTopology, type Difference, planTopology } from '@restmapper/bus';
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

/** An object that is not on a broker as the file's topology has it. */
export interface BrokerDifference {
  readonly kind: 'missing' | 'different' | 'left over';
  readonly object: 'exchange' | 'queue' | 'binding';
  /** Of a binding, its description: `the queue notes to /orders:POST`. */
  readonly name: string;
  /** The arguments and properties of an object that is different. */
  readonly differences?: readonly Difference[];
  /** Whether another application declares it. @default false */
  readonly isForeign?: boolean;
}

/**
 * Lists how a broker differs from the file's topology; empty if it does not.
 *
 * Leftover objects were created for a source, a worker or a feed that the file no longer has: an exchange
 * or queue by its name, and a queue bound to such an exchange or to one of the file's.
 */
export function differencesOf(topology: Topology, found: BrokerObjects): readonly BrokerDifference[] {
  const wanted = planTopology(topology);
  const known = {
    exchanges: new Set(wanted.exchanges.map(({ name }) => name)),
    queues: new Set(wanted.queues.map(({ name }) => name)),
  };
  const others = foreignNames(topology);
  const bindings = differingBindings(bindingsOf({ ...topology, ...wanted }), found.bindings, {
    ...known,
    exchanges: new Set([...known.exchanges, ...others.exchanges]),
  });
  return [
    ...differingExchanges(wanted, found),
    ...missingOthers(others, found),
    ...differingQueues(wanted, found),
    ...bindings.missing.map((name) => ({ kind: 'missing' as const, object: 'binding' as const, name })),
    ...leftOvers(known, others, found),
    ...bindings.leftOver.map((name) => ({ kind: 'left over' as const, object: 'binding' as const, name })),
  ];
}

function differingExchanges(wanted: BrokerTopology, found: BrokerObjects): readonly BrokerDifference[] {
  return wanted.exchanges.flatMap(({ name, type, alternateExchange }): BrokerDifference[] => {
    const there = found.exchanges.find((exchange) => exchange.name === name);
    if (!there) return [{ kind: 'missing', object: 'exchange', name }];
    // RabbitMQ compares only this argument of an exchange.
    const ours = { ...kept, type, internal: false, [alternate]: alternateExchange };
    // RabbitMQ 4.3 omits it if false.
    const theirs = { ...propertiesOf(there), type: there.type, internal: there.internal ?? false };
    const differences = differing({ ...theirs, [alternate]: there.arguments[alternate] }, ours);
    return differences.length > 0 ? [{ kind: 'different', object: 'exchange', name, differences }] : [];
  });
}

function differingQueues(wanted: BrokerTopology, found: BrokerObjects): readonly BrokerDifference[] {
  return wanted.queues.flatMap(({ name, arguments: args }): BrokerDifference[] => {
    const there = found.queues.find((queue) => queue.name === name);
    if (!there) return [{ kind: 'missing', object: 'queue', name }];
    const differences = differing({ ...propertiesOf(there), ...there.arguments }, { ...kept, ...args });
    return differences.length > 0 ? [{ kind: 'different', object: 'queue', name, differences }] : [];
  });
}

const alternate = 'alternate-exchange';

/** The flags with which processes declare objects. */
const kept = { durable: true, auto_delete: false };

function propertiesOf({ durable, auto_delete }: BrokerObject): Arguments {
  return { durable, auto_delete };
}

function differing(there: Arguments, wanted: Arguments): readonly Difference[] {
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(there)])];
  return names
    .filter((name) => wanted[name] !== there[name])
    .map((argument) => ({ argument, is: there[argument], should: wanted[argument] }));
}

/** The exchanges and queues of other applications that the file names. */
function foreignNames({ foreign }: Topology): BoundNames {
  const { exchanges = [], queues = [], consumed = [], replies = [] } = foreign ?? {};
  return {
    exchanges: new Set([...exchanges, ...replies.map(({ exchange }) => exchange)]),
    queues: new Set([...queues, ...consumed.map(({ name }) => name)]),
  };
}

function missingOthers({ exchanges, queues }: BoundNames, found: BrokerObjects): readonly BrokerDifference[] {
  const missing = (object: 'exchange' | 'queue', names: ReadonlySet<string>): readonly BrokerDifference[] => {
    const there = new Set((object === 'exchange' ? found.exchanges : found.queues).map(({ name }) => name));
    return [...names]
      .filter((name) => !there.has(name) && !name.startsWith('amq.')) // RabbitMQ's own are not in its definitions.
      .map((name) => ({ kind: 'missing', object, name, isForeign: true }));
  };
  return [...missing('exchange', exchanges), ...missing('queue', queues)];
}

function leftOvers(known: BoundNames, others: BoundNames, found: BrokerObjects): readonly BrokerDifference[] {
  const theirs = objectsOfOthers(others, found);
  const parts = partExchanges(known, found);
  const exchanges = found.exchanges.filter(
    ({ name }) =>
      !known.exchanges.has(name) &&
      !theirs.exchanges.has(name) &&
      (exchangeName.test(name) || parts.has(name)),
  );
  // To an exchange that is declared for other applications, they bind queues of their own.
  const sources = [...known.exchanges].filter((name) => exchangeName.test(name));
  const ours = new Set([...sources, ...exchanges.map(({ name }) => name)]);
  const isBound = (queue: string): boolean =>
    found.bindings.some(
      ({ source, destination, destination_type: type }) =>
        type === 'queue' && ours.has(source) && source !== '' && destination === queue,
    );
  const isLeft = (name: string): boolean =>
    !known.queues.has(name) &&
    !theirs.queues.has(name) &&
    !name.startsWith('amq.') &&
    (queueName.test(name) || isBound(name));
  const queues = found.queues.filter(
    ({ name }) =>
      isLeft(name) ||
      (name.endsWith('.dead') && !known.queues.has(name) && isLeft(name.slice(0, -'.dead'.length))),
  );
  return [
    ...exchanges.map(({ name }) => ({ kind: 'left over' as const, object: 'exchange' as const, name })),
    ...queues.map(({ name }) => ({ kind: 'left over' as const, object: 'queue' as const, name })),
  ];
}

/** The exchanges that pass messages of known exchanges on to the parts of queues, and their alternate exchanges. */
function partExchanges(known: BoundNames, { bindings }: BrokerObjects): ReadonlySet<string> {
  const sources = new Set(known.exchanges);
  // Those that are added are visited too.
  for (const name of sources) {
    for (const { source, destination, destination_type: type } of bindings)
      if (type === 'exchange' && source === name && /[@#]$/.test(destination)) sources.add(destination);
  }
  return new Set([...sources].flatMap((name) => [name, `${name}${name.endsWith('#') ? '0' : '.dead'}`]));
}

/**
 * The objects of other applications, whatever their names: those that the file names, the exchanges to which these
 * queues are bound, and the queues that are bound to these exchanges.
 */
function objectsOfOthers(others: BoundNames, { bindings }: BrokerObjects): BoundNames {
  const toQueues = bindings.filter(({ source, destination_type: type }) => type === 'queue' && source !== '');
  const sources = toQueues.filter(({ destination }) => others.queues.has(destination));
  const destinations = toQueues.filter(
    ({ source, destination }) => others.exchanges.has(source) && !destination.startsWith('input:'),
  );
  return {
    exchanges: new Set([...others.exchanges, ...sources.map(({ source }) => source)]),
    queues: new Set([...others.queues, ...destinations.map(({ destination }) => destination)]),
  };
}

/** What follows the name of a queue in those of its parts, and of the exchanges before them. */
const part = /(?:@[^#]*)?(?:#\d*)?/.source;

/** Matches the names of sources' exchanges, and of queues named after a source, an input or a feed. */
const exchangeName = new RegExp(`^(?:/.*:(?:${methods.join('|')})${part}|internal:.*)$`);
const queueName = new RegExp(
  `^(?:(?:/.*:(?:${methods.join('|')})${part}|internal:.*|input:.*)(?:\\.dead)?|feed:.*)$`,
);
