import { hash } from 'node:crypto';
import { scalarText } from '@restmapper/core';
import { type CallPath, type CallValues, valueAt } from './call-path.ts';
import type { Source } from './model.ts';
import { partitionQueue, valueQueue } from './worker-queues.ts';
import type { Routing, WorkerOrder } from './routing.ts';

/** What takes a message to the right one of several queues of a worker. */
export interface MessageRoute {
  readonly routingKey: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Finds the route of a call's message. */
export type FindRoute = (call: CallValues) => MessageRoute;

/**
 * Creates the function that finds the routes of a source's messages; `undefined` if its workers have one queue each.
 *
 * An event has the value of the source's routing key as its routing key, and a header with the partition for each
 * worker that keeps an order. A request has the name of its queue as its routing key.
 */
export function createFindRoute({
  exchange,
  delivery,
  routing,
}: Pick<Source, 'exchange' | 'delivery' | 'routing'>): FindRoute | undefined {
  if (!routing) return undefined;
  return delivery.kind === 'rpc' ? requestRoute(exchange, routing) : eventRoute(routing);
}

/** The header with the number of an event's partition among a worker's queues. */
export function partitionHeader(queue: string): string {
  return `partition:${queue}`;
}

/**
 * The text by which an ordering key is compared: the JSON of a string, number or boolean, as JavaScript writes it;
 * `undefined` for any other value.
 */
export function orderingKeyOf(json: Buffer | undefined): string | undefined {
  if (!json || scalarText(json) === undefined) return undefined;
  return JSON.stringify(JSON.parse(json.toString()));
}

/** The partition of a key: the first four bytes of the SHA-1 of its text, modulo the number of partitions. */
export function partitionOf(key: string, partitions: number): number {
  return Number.parseInt(hash('sha1', key).slice(0, 8), 16) % partitions;
}

function eventRoute({ key, orders }: Routing): FindRoute {
  const headerOf = orders.map(
    ({ queue, ...order }) => [partitionHeader(queue), partitionFinder(order)] as const,
  );
  return (call) => {
    const headers: Record<string, string> = {};
    for (const [name, find] of headerOf) {
      const partition = find(call);
      if (partition !== undefined) headers[name] = String(partition);
    }
    return { routingKey: (key && textAt(key.path, call)) ?? '', headers };
  };
}

/** A source of requests has one worker. */
function requestRoute(exchange: string, { key, orders: [order] }: Routing): FindRoute {
  const find = order && partitionFinder(order);
  return (call) => {
    const queue = valueQueue(exchange, key && textAt(key.path, call));
    return { routingKey: find ? partitionQueue(queue, find(call) ?? 0) : queue };
  };
}

function partitionFinder({
  path,
  partitions,
}: Omit<WorkerOrder, 'queue'>): (call: CallValues) => number | undefined {
  return (call) => {
    const key = orderingKeyOf(valueAt(path, call));
    return key === undefined ? undefined : partitionOf(key, partitions);
  };
}

/** As the values of an enum are written: `1` for 1.0, which is the same value. */
function textAt(path: CallPath, call: CallValues): string | undefined {
  const json = valueAt(path, call);
  return json && scalarText(json) !== undefined ? String(JSON.parse(json.toString())) : undefined;
}
