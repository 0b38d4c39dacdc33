import { type BrokerTopology, planTopology } from '@restmapper/bus';
import { methods, type Model, topologyOf } from '@restmapper/endpoints';

type Arguments = Readonly<Record<string, unknown>>;

/** An exchange or a queue, as RabbitMQ's definitions have it. */
interface BrokerObject {
  readonly name: string;
  readonly durable: boolean;
  readonly auto_delete: boolean;
  readonly arguments: Arguments;
}

/** What a broker has in one virtual host, as its management tells it. */
export interface BrokerObjects {
  readonly exchanges: readonly (BrokerObject & { readonly type: string; readonly internal?: boolean })[];
  readonly queues: readonly BrokerObject[];
  readonly bindings: readonly {
    readonly source: string;
    readonly destination: string;
    readonly destination_type: string;
    readonly routing_key: string;
  }[];
}

/**
 * Says how a broker differs from the file, a sentence for each object; empty when it does not.
 *
 * What is left over is what was made for an endpoint, a worker or a feed that the file no longer has: an
 * exchange or queue by its name, and a queue that is bound to such an exchange or to one of the file's.
 */
export function differencesOf(model: Model, objects: BrokerObjects): readonly string[] {
  const wanted = planTopology(topologyOf(model));
  // Other bindings of exchanges to exchanges may be of somebody else.
  const bindings = objects.bindings.filter(({ destination_type: type }) => type === 'queue');
  const found = { ...objects, bindings };
  return [
    ...differingExchanges(wanted, found),
    ...differingQueues(wanted, found),
    ...missingBindings(wanted, found),
    ...missingExchangeBindings(wanted, objects),
    ...leftOvers(wanted, found),
  ];
}

function differingExchanges(wanted: BrokerTopology, found: BrokerObjects): readonly string[] {
  return wanted.exchanges.flatMap(({ name, type, alternateExchange }) => {
    const there = found.exchanges.find((exchange) => exchange.name === name);
    if (!there) return [`missing: the exchange ${name}`];
    // Of an exchange's arguments, RabbitMQ compares this one.
    const ours = { ...kept, type, internal: false, [alternate]: alternateExchange };
    // RabbitMQ 4.3 leaves it out where it is false.
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

/** As the processes declare everything. */
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

function missingBindings(wanted: BrokerTopology, { bindings }: BrokerObjects): readonly string[] {
  const there = new Set(
    bindings.map(({ source, destination, routing_key: key }) => keyOf(source, destination, key)),
  );
  return wanted.bindings
    .filter(({ exchange, queue, routingKey }) => !there.has(keyOf(exchange, queue, routingKey)))
    .map(({ exchange, queue }) => `missing: the binding of the queue ${queue} to ${exchange}`);
}

function missingExchangeBindings(wanted: BrokerTopology, { bindings }: BrokerObjects): readonly string[] {
  const there = new Set(
    bindings
      .filter(({ destination_type: type }) => type === 'exchange')
      .map(({ source, destination, routing_key: key }) => keyOf(source, destination, key)),
  );
  return wanted.exchangeBindings
    .filter(({ source, destination, routingKey }) => !there.has(keyOf(source, destination, routingKey)))
    .map(({ source, destination }) => `missing: the binding of the exchange ${destination} to ${source}`);
}

function leftOvers(wanted: BrokerTopology, found: BrokerObjects): readonly string[] {
  const known = {
    exchanges: new Set(wanted.exchanges.map(({ name }) => name)),
    queues: new Set(wanted.queues.map(({ name }) => name)),
    bindings: new Set(
      wanted.bindings.map(({ exchange, queue, routingKey }) => keyOf(exchange, queue, routingKey)),
    ),
  };
  const exchanges = found.exchanges.filter(
    ({ name }) => !known.exchanges.has(name) && endpointName.test(name),
  );
  const ours = new Set([...known.exchanges, ...exchanges.map(({ name }) => name)]);
  const isBound = (queue: string): boolean =>
    found.bindings.some(
      ({ source, destination }) => ours.has(source) && source !== '' && destination === queue,
    );
  const isLeft = (name: string): boolean =>
    !known.queues.has(name) && !name.startsWith('amq.') && (queueName.test(name) || isBound(name));
  const queues = found.queues.filter(
    ({ name }) =>
      isLeft(name) ||
      (name.endsWith('.dead') && !known.queues.has(name) && isLeft(name.slice(0, -'.dead'.length))),
  );
  const bindings = found.bindings.filter(
    ({ source, destination, routing_key: key }) =>
      known.exchanges.has(source) &&
      known.queues.has(destination) &&
      !known.bindings.has(keyOf(source, destination, key)),
  );
  return [
    ...exchanges.map(({ name }) => `left over: the exchange ${name}`),
    ...queues.map(({ name }) => `left over: the queue ${name}`),
    ...bindings.map(
      ({ source, destination }) => `left over: the binding of the queue ${destination} to ${source}`,
    ),
  ];
}

/** How the exchange of an endpoint is named, and the queues that have its name or a feed's. */
const endpointName = new RegExp(`^/.*:(?:${methods.join('|')})$`);
const queueName = new RegExp(`^(?:/.*:(?:${methods.join('|')})(?:\\.dead)?|feed:.*)$`);

function keyOf(...names: readonly string[]): string {
  return JSON.stringify(names);
}
