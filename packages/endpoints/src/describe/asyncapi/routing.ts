import { partitionHeader } from '../../model/message-route.ts';
import type { JsonObject } from '../../model/json.ts';
import type { ExchangeSpec } from '@restmapper/core';
import { deliveries } from '../../deliveries/deliveries.ts';
import type { Model, Source } from '../../model/model.ts';
import { unroutedQueue } from '../../deliveries/source-topology.ts';
import type { WorkerOrder } from '../../model/routing.ts';

/**
 * How publishers find the queue of a message, for the channel of its exchange, and what is declared between the exchange
 * and its queues; nothing if there is one queue.
 */
export function routingOf(source: Source, model: Model): JsonObject {
  const { exchange, delivery, routing } = source;
  if (!routing) return {};
  const { exchanges, exchangeBindings } = deliveries[delivery.kind].topologyOf(source, model);
  const { key, orders } = routing;
  const isRequest = delivery.kind === 'rpc';
  return {
    ...(key && {
      routingKey: isRequest ? `${exchange}@{${key.path.text}}` : `{${key.path.text}}`,
      values: key.values,
      ...(!isRequest && { unrouted: unroutedQueue(exchange) }),
    }),
    ...(orders.length > 0 && {
      partitions: orders.map((order) => ({
        orderingKey: order.path.text,
        count: order.partitions,
        ...(isRequest ? { routingKeySuffix: '#<partition>' } : { header: partitionHeader(order.queue) }),
        rule: ruleOf(order),
      })),
    }),
    ...(exchanges.length > 0 && { exchanges: exchanges.map(describeExchange), exchangeBindings }),
  };
}

function describeExchange({ name, type, alternateExchange }: ExchangeSpec): JsonObject {
  const args = alternateExchange === undefined ? {} : { 'alternate-exchange': alternateExchange };
  return { name, type, durable: true, autoDelete: false, arguments: args };
}

/** The headers by which events find their partition. */
export function partitionHeaders({ delivery, routing }: Source): JsonObject {
  if (!routing || delivery.kind === 'rpc') return {};
  return Object.fromEntries(
    routing.orders.map((order) => [
      partitionHeader(order.queue),
      { type: 'string', pattern: '^[0-9]+$', description: `The partition of the message: ${ruleOf(order)}` },
    ]),
  );
}

function ruleOf({ path, partitions }: WorkerOrder): string {
  return `the first four bytes of the SHA-1 of the JSON of \`${path.text}\`, big-endian, modulo ${partitions}, in decimal; the JSON is as JavaScript writes it, in UTF-8. A message without it is processed in partition 0.`;
}
