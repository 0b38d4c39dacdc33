import { bindingRuleKey, type Topology } from '@restmapper/core';

/** A binding in RabbitMQ's definitions. */
export interface BrokerBinding {
  readonly source: string;
  readonly destination: string;
  readonly destination_type: string;
  readonly routing_key: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
}

/** The names of the exchanges and queues of a topology. */
export interface BoundNames {
  readonly exchanges: ReadonlySet<string>;
  readonly queues: ReadonlySet<string>;
}

/** The bindings of a topology, in the form of RabbitMQ's definitions. */
export function bindingsOf({
  bindings,
  exchangeBindings = [],
  foreign,
}: Pick<Topology, 'bindings' | 'exchangeBindings' | 'foreign'>): readonly BrokerBinding[] {
  return [
    ...[...bindings, ...(foreign?.bindings ?? [])].map(({ exchange, queue, ...rule }) => ({
      source: exchange,
      destination: queue,
      destination_type: 'queue',
      routing_key: rule.routingKey,
      arguments: rule.arguments ?? {},
    })),
    ...exchangeBindings.map(({ source, destination, ...rule }) => ({
      source,
      destination,
      destination_type: 'exchange',
      routing_key: rule.routingKey,
      arguments: rule.arguments ?? {},
    })),
  ];
}

/**
 * Describes missing bindings, and leftover ones: unwanted bindings of a known queue to a known
 * exchange, and bindings of two exchanges with another key or other arguments than in the file. Any other
 * binding of two exchanges may belong to another application.
 */
export function differingBindings(
  wanted: readonly BrokerBinding[],
  found: readonly BrokerBinding[],
  { exchanges, queues }: BoundNames,
): { readonly missing: readonly string[]; readonly leftOver: readonly string[] } {
  const [asked, there] = [wanted, found].map((bindings) => new Set(bindings.map(keyOf)));
  const pairs = new Set(wanted.map(endsOf));
  const isOurs = (binding: BrokerBinding): boolean =>
    binding.destination_type === 'queue'
      ? exchanges.has(binding.source) && queues.has(binding.destination)
      : pairs.has(endsOf(binding));
  return {
    missing: wanted.filter((binding) => !there?.has(keyOf(binding))).map(describe),
    leftOver: found.filter((binding) => isOurs(binding) && !asked?.has(keyOf(binding))).map(describe),
  };
}

function endsOf({ source, destination, destination_type: type }: BrokerBinding): string {
  return JSON.stringify([source, destination, type]);
}

function keyOf(binding: BrokerBinding): string {
  const { routing_key: routingKey, arguments: args } = binding;
  return endsOf(binding) + bindingRuleKey({ routingKey, arguments: args });
}

function describe(binding: BrokerBinding): string {
  const { source, destination, destination_type: type, routing_key: key, arguments: args = {} } = binding;
  const byKey = key === '' || key === source ? '' : ` by the key ${key}`;
  const byArguments = Object.keys(args).length === 0 ? '' : ` with ${JSON.stringify(args)}`;
  return `the ${type} ${destination} to ${source}${byKey}${byArguments}`;
}
