import type { Depth } from '@restmapper/bus';
import type { Topology } from '@restmapper/core';
import {
  type BrokerDifference,
  type BrokerObjects,
  differencesOf,
} from '../privileges/broker-differences.ts';
import { askManagement } from '../privileges/management-api.ts';
import type { LiveFinding } from './live-finding.ts';
import { deletionAdvice } from './deletion.ts';
import { conflict, foreignMissing, missing } from './topology-findings.ts';

/** What the management API shows of a virtual host. */
export interface ManagedBroker {
  readonly objects: BrokerObjects;
  readonly depths: ReadonlyMap<string, Depth>;
}

/** How long one node may take to answer. */
const timeoutMs = 4000;

/** @throws BusError like `askManagement`. */
export async function readManagement(urls: readonly string[], vhost: string): Promise<ManagedBroker> {
  const place = encodeURIComponent(vhost);
  const ask = (path: string): Promise<string> =>
    askManagement(urls, { method: 'GET', path, patienceMs: 0, timeoutMs });
  const [definitions, queues] = await Promise.all([
    ask(`/api/definitions/${place}`),
    ask(`/api/queues/${place}?columns=name,messages,consumers`),
  ]);
  // In the formats that RabbitMQ documents; a queue that is new has no figures yet.
  const counted = JSON.parse(queues) as readonly (Partial<Depth> & { readonly name: string })[];
  return {
    objects: JSON.parse(definitions) as BrokerObjects,
    depths: new Map(
      counted.flatMap(({ name, messages, consumers = 0 }) =>
        messages === undefined ? [] : [[name, { messages, consumers }]],
      ),
    ),
  };
}

/** How all objects of a virtual host differ from a topology. */
export function managementFindings(topology: Topology, broker: ManagedBroker): readonly LiveFinding[] {
  const { objects, depths } = broker;
  return [
    ...differencesOf(topology, objects).map((difference) => findingOf(difference, depths)),
    ...unboundFindings(topology, objects),
  ];
}

function findingOf(difference: BrokerDifference, depths: ManagedBroker['depths']): LiveFinding {
  const { kind, object, name, differences = [], isForeign } = difference;
  const depth = depths.get(name);
  if (kind === 'left over') return leftOver(difference, depth);
  if (object === 'binding')
    return {
      code: 'LIVE_MISSING',
      object: { kind: object, name },
      message: `the binding of ${name} does not exist yet; the first process that may declare it creates it`,
    };
  if (isForeign) return foreignMissing(object, name);
  if (kind === 'missing') return missing(object, name);
  return conflict({ kind: object, name, differences, ...(depth && { depth }) });
}

function leftOver({ object, name }: BrokerDifference, depth: Depth | undefined): LiveFinding {
  const found = { code: 'LIVE_LEFTOVER' as const, object: { kind: object, name } };
  if (object !== 'queue')
    return {
      ...found,
      message: `the ${object}${object === 'binding' ? ' of' : ''} ${name} is left over from an older file; delete it with the management API`,
    };
  const message = `the queue ${name} is left over from an older file; ${deletionAdvice(name, depth, 'let a worker with the old file empty it')}`;
  return { ...found, ...(depth && { messages: depth.messages }), message };
}

function unboundFindings(topology: Topology, { exchanges, bindings }: BrokerObjects): readonly LiveFinding[] {
  const sources = new Set(bindings.map(({ source }) => source));
  const there = new Set(exchanges.map(({ name }) => name));
  return topology.exchanges
    .filter(({ name }) => there.has(name) && !sources.has(name))
    .map(({ name }) => ({
      code: 'LIVE_UNBOUND' as const,
      object: { kind: 'exchange' as const, name },
      message: `nothing is bound to the exchange ${name}: its calls are answered 503 UNROUTABLE; start a process that may declare its queue`,
    }));
}
