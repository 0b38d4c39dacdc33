import { deliveries } from '../../deliveries/deliveries.ts';
import type { JsonObject } from '../../model/json.ts';
import type { Endpoint, Feed, Model } from '../../model/model.ts';
import type { BindingSpec, QueueSpec } from '@restmapper/core';
import { topologyOf } from '../../deliveries/topology.ts';
import { queueArguments } from './queue-arguments.ts';

/** An exchange, a queue or a feed, with the endpoints of its messages. */
export interface Channel {
  /** Under `#/channels/`. */
  readonly id: string;
  readonly kind: 'exchange' | QueueSpec['kind'];
  /** All but its messages. */
  readonly body: JsonObject;
  readonly endpoints: readonly Endpoint[];
}

/** Returns an endpoint's operation name, such as `postOrders`. */
export type NameOf = (endpoint: Endpoint) => string;

const bindingVersion = '0.3.0';

/** The exchanges of a model, through which calls enter the bus. */
export function exchangeChannels({ endpoints }: Model, nameOf: NameOf): readonly Channel[] {
  return endpoints.map((endpoint) => {
    const { exchange: name, delivery } = endpoint;
    const type = deliveries[delivery.kind].exchangeType;
    const amqp = {
      is: 'routingKey',
      exchange: { name, type, durable: true, autoDelete: false },
      bindingVersion,
    };
    return {
      id: `exchange.${nameOf(endpoint)}`,
      kind: 'exchange',
      body: { address: addressOf(name), bindings: { amqp } },
      endpoints: [endpoint],
    };
  });
}

/** The queues and feeds of a model, from which messages are taken. */
export function queueChannels(model: Model, nameOf: NameOf): readonly Channel[] {
  const { queues, bindings } = topologyOf(model);
  return queues.map((queue) => {
    const bound = bindings.filter((binding) => binding.queue === queue.name);
    const endpoints = model.endpoints.filter((endpoint) =>
      bound.some(({ exchange }) => exchange === endpoint.exchange),
    );
    const feed = model.feeds.find((feed) => feed.queue === queue.name);
    const id = feed ? `feed.${feed.name}` : queueId(queue, { model, endpoints, nameOf });
    return { id, kind: queue.kind, body: queueBody(queue, bound, feed), endpoints };
  });
}

interface QueueContext {
  readonly model: Model;
  readonly endpoints: readonly Endpoint[];
  readonly nameOf: NameOf;
}

/** Includes the worker's name if the queue is the worker's own: an endpoint may have several. */
function queueId({ name }: QueueSpec, { model, endpoints, nameOf }: QueueContext): string {
  const isDefault = endpoints.some(({ exchange }) => exchange === name);
  const owner = isDefault ? undefined : model.workers.find(({ queue }) => queue === name);
  return ['queue', ...endpoints.map(nameOf), ...(owner ? [owner.name] : [])].join('.');
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
      boundTo: bound.map(({ exchange, routingKey }) => ({ exchange, routingKey })),
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
