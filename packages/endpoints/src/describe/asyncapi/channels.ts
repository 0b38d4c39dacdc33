import { deliveries } from '../../deliveries/deliveries.ts';
import type { JsonObject } from '../../model/json.ts';
import { formatTemplate } from '../../model/call-template.ts';
import type { ForeignTarget } from '../../model/foreign-target.ts';
import type { Feed, Model, Source } from '../../model/model.ts';
import { sourcesOf } from '../../model/sources.ts';
import type { BindingSpec, QueueSpec } from '@restmapper/core';
import { inputQueues } from '../../deliveries/foreign-topology.ts';
import { topologyOf } from '../../deliveries/topology.ts';
import { queuesOf } from '../../model/worker-queues.ts';
import { queueArguments } from './queue-arguments.ts';
import { routingOf } from './routing.ts';

/** An exchange, a queue or a feed, with the sources of its messages. */
export interface Channel {
  /** Under `#/channels/`. */
  readonly id: string;
  readonly kind: 'exchange' | QueueSpec['kind'];
  /** All but its messages. */
  readonly body: JsonObject;
  readonly sources: readonly Source[];
}

/** Returns a source's operation name, such as `postOrders`. */
export type NameOf = (source: Source) => string;

const bindingVersion = '0.3.0';

/** The exchanges of a model, through which messages enter the bus. */
export function exchangeChannels(model: Model, nameOf: NameOf): readonly Channel[] {
  const sources = sourcesOf(model).filter(({ origin }) => !origin);
  return sources.map((source) => {
    const { exchange: name, delivery } = source;
    if (delivery.foreign) return foreignChannel(source, { foreign: delivery.foreign, nameOf });
    const type = deliveries[delivery.kind].exchangeType;
    const amqp = {
      is: 'routingKey',
      exchange: { name, type, durable: true, autoDelete: false },
      bindingVersion,
    };
    const routing = routingOf(source, model);
    return {
      id: `exchange.${nameOf(source)}`,
      kind: 'exchange',
      body: {
        address: addressOf(name),
        bindings: { amqp },
        ...(Object.keys(routing).length > 0 && { 'x-restmapper': routing }),
      },
      sources: [source],
    };
  });
}

/** An exchange or a queue of another application; only its name is known, unless processes declare it. */
function foreignChannel(
  source: Source,
  { foreign, nameOf }: { readonly foreign: ForeignTarget; readonly nameOf: NameOf },
): Channel {
  const id = `exchange.${nameOf(source)}`;
  if (foreign.kind === 'queue') {
    const amqp = { is: 'queue', queue: { name: foreign.queue }, bindingVersion };
    const extension = { kind: 'rpc', foreign: true };
    const body = { address: addressOf(foreign.queue), bindings: { amqp }, 'x-restmapper': extension };
    return { id, kind: 'exchange', body, sources: [source] };
  }
  const { exchange: name, routingKey, declare } = foreign;
  const exchange = { name, ...(declare && { type: declare, durable: true, autoDelete: false }) };
  const body = {
    address: addressOf(name),
    bindings: { amqp: { is: 'routingKey', exchange, bindingVersion } },
    'x-restmapper': { foreign: declare === undefined, routingKey: formatTemplate(routingKey) },
  };
  return { id, kind: 'exchange', body, sources: [source] };
}

/** The queues and feeds of a model, from which messages are taken. */
export function queueChannels(model: Model, nameOf: NameOf): readonly Channel[] {
  const { queues, bindings, foreign } = topologyOf(model);
  const all = [...bindings, ...(foreign?.bindings ?? [])];
  const isOf = (source: Source, name: string): boolean =>
    deliveries[source.delivery.kind].topologyOf(source, model).queues.some((queue) => queue.name === name);
  // What no queue takes are dead letters.
  const described = queues.filter(({ kind }) => kind !== 'unrouted');
  const channels = described.map((queue) => {
    const bound = all.filter((binding) => binding.queue === queue.name);
    const sources = sourcesOf(model).filter((source) =>
      source.origin
        ? inputQueues(source, model).some(({ name }) => name === queue.name)
        : bound.some(({ exchange }) => exchange === source.exchange) || isOf(source, queue.name),
    );
    const feed = model.feeds.find((feed) => feed.queue === queue.name);
    const id = feed ? `feed.${feed.name}` : queueId(queue, { model, sources, nameOf });
    return { id, kind: queue.kind, body: queueBody(queue, bound, feed), sources };
  });
  return [...channels, ...model.inputs.flatMap((input) => consumedChannel(input, nameOf))];
}

/** The queue of another application that an input consumes, of which only the name is known. */
function consumedChannel(input: Source, nameOf: NameOf): readonly Channel[] {
  const name = input.origin?.queue;
  if (name === undefined) return [];
  const amqp = { is: 'queue', queue: { name }, bindingVersion };
  const body = {
    address: addressOf(name),
    bindings: { amqp },
    'x-restmapper': { kind: 'work', foreign: true, returnsTo: input.exchange },
  };
  return [{ id: `queue.${nameOf(input)}.existing`, kind: 'work', body, sources: [input] }];
}

interface QueueContext {
  readonly model: Model;
  readonly sources: readonly Source[];
  readonly nameOf: NameOf;
}

/** Includes the worker's name if the queue is the worker's own: an endpoint may have several. */
function queueId({ name }: QueueSpec, { model, sources, nameOf }: QueueContext): string {
  const worker = model.workers.find((each) => queuesOf(each).includes(name));
  const base = worker?.queue ?? name;
  const isDefault = sources.some(({ exchange }) => exchange === base);
  const owner = isDefault ? undefined : worker;
  const parts = name.slice(base.length).split(/[@#]/).slice(1);
  return ['queue', ...sources.map(nameOf), ...(owner ? [owner.name] : []), ...parts.map(toId)].join('.');
}

/** Identifiers have letters, digits and some marks only. */
function toId(part: string): string {
  return part.replaceAll(/[^A-Za-z0-9_.-]/g, '_');
}

function queueBody(spec: QueueSpec, bound: readonly BindingSpec[], feed: Feed | undefined): JsonObject {
  const { name, kind } = spec;
  const queue = { name, durable: true, exclusive: false, autoDelete: false };
  return {
    address: addressOf(name),
    bindings: { amqp: { is: 'queue', queue, bindingVersion } },
    'x-restmapper': {
      kind,
      arguments: queueArguments(spec),
      boundTo: bound.map(({ exchange, routingKey, arguments: args }) => ({
        exchange,
        routingKey,
        ...(args && { arguments: args }),
      })),
      ...(kind === 'work' && { deadLetters: `${name}.dead` }),
      ...(feed && {
        public: feed.access.kind === 'public',
        payload: feed.payload,
        maxAgeSeconds: feed.maxAgeSeconds,
        maxBytes: feed.maxBytes,
      }),
    },
  };
}

/** AsyncAPI would treat braces in an address as parameters; the binding has the original name. */
function addressOf(name: string): string | null {
  return name.includes('{') ? null : name;
}

/** The exchange for replies, each routed to the queue named in its request. */
export const repliesChannel: JsonObject = {
  address: null,
  bindings: {
    amqp: {
      is: 'routingKey',
      exchange: { name: 'RPC', type: 'direct', durable: true, autoDelete: false },
      bindingVersion,
    },
  },
};
