import type { Headers } from '@restmapper/bus';
import { ConfigError, type Topology } from '@restmapper/core';
import { type Model, nearest, type OriginExchange, type Source } from '@restmapper/endpoints';

/** Where a message for an input is published: to an exchange, or by the default exchange to a queue. */
export interface InputTarget {
  readonly exchange: string;
  readonly routingKey: string;
  /** Those by which a headers exchange finds the input. */
  readonly headers: Headers;
}

/** @throws ConfigError that names the inputs of the file. */
export function findInput({ inputs }: Model, name: string): Source {
  const found = inputs.find(({ key }) => key === name);
  if (found) return found;
  const names = inputs.map(({ key }) => key);
  const near = nearest(name, names);
  const hint = near === undefined ? `the file has ${names.join(', ') || 'none'}` : `did you mean ${near}?`;
  throw new ConfigError(`${JSON.stringify(name)} is not an input of this file; ${hint}`);
}

/**
 * Where a message for an input goes: to its existing queue, or to the first of its exchanges.
 *
 * @throws ConfigError if the routing key is needed, or there is none.
 */
export function inputTarget({ key: name, origin }: Source, key: string | undefined): InputTarget {
  const [entry] = origin?.from ?? [];
  if (entry) return { exchange: entry.exchange, ...addressOf(name, entry, key) };
  if (key !== undefined)
    throw new ConfigError(
      `${name} has no exchange: messages go to the queue ${origin?.queue}, without a key`,
    );
  return { exchange: '', routingKey: origin?.queue ?? '', headers: {} };
}

function addressOf(
  name: string,
  { exchange, routingKey, match }: OriginExchange,
  key: string | undefined,
): Omit<InputTarget, 'exchange'> {
  if (match) {
    const { 'x-match': _mode, ...headers } = match;
    return { routingKey: key ?? '', headers };
  }
  if (key !== undefined) return { routingKey: key, headers: {} };
  const isPattern = routingKey.split('.').some((word) => word === '*' || word === '#');
  if (isPattern && routingKey !== '#')
    throw new ConfigError(
      `${name} takes the messages of ${exchange} by the pattern ${routingKey}: name a routing key that it matches`,
    );
  return { routingKey: routingKey === '#' ? '' : routingKey, headers: {} };
}

/** The topology of a bus that only publishes to the target: nothing of it is declared. */
export function topologyOfTarget({ exchange, routingKey }: InputTarget): Topology {
  const foreign = exchange === '' ? { exchanges: [], queues: [routingKey] } : { exchanges: [exchange] };
  return { exchanges: [], queues: [], bindings: [], foreign: { ...foreign, bindings: [] } };
}

/** Names a target for people: `the exchange metering with the key usage.created`. */
export function describeTarget({ exchange, routingKey }: InputTarget): string {
  if (exchange === '') return `the queue ${routingKey}`;
  return routingKey === ''
    ? `the exchange ${exchange}`
    : `the exchange ${exchange} with the key ${routingKey}`;
}
