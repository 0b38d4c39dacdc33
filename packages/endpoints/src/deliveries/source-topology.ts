import type {
  BindingSpec,
  ExchangeBindingSpec,
  ExchangeSpec,
  QueueSpec,
  WorkQueueSpec,
} from '@restmapper/core';
import { partitionHeader } from '../model/message-route.ts';
import type { Source } from '../model/model.ts';
import { partitionQueue, partitionsOf, valueQueue } from '../model/worker-queues.ts';

/** What a source needs on the broker besides its exchange. */
export interface SourceTopology {
  readonly exchanges: readonly ExchangeSpec[];
  readonly queues: readonly QueueSpec[];
  readonly bindings: readonly BindingSpec[];
  readonly exchangeBindings: readonly ExchangeBindingSpec[];
}

/** For a source without queues. */
export const noTopology: SourceTopology = { exchanges: [], queues: [], bindings: [], exchangeBindings: [] };

/** The part of a source that says how its messages reach their queues. */
export type RoutedSource = Pick<Source, 'exchange' | 'routing'>;

/** The name of the exchange that passes events on by their routing key. */
export function valuesExchange(exchange: string): string {
  return `${exchange}@`;
}

/** The name of the queue, and of the exchange before it, for events whose routing key no queue has. */
export function unroutedQueue(exchange: string): string {
  return `${exchange}@.dead`;
}

/**
 * The queues of a source of events.
 *
 * ```
 * S (fanout) ─▶ Q                       a worker without a routing key or an order
 *            ─▶ S@ (direct) ─eu▶ Q@eu   a queue for each value; other routing keys: S@.dead
 *            ─▶ Q# (headers) ─3▶ Q#3    a queue for each partition; without the header: Q#0
 * ```
 * With both, `Q@eu#` is bound to `S@`.
 */
export function eventTopology(
  { exchange, routing }: RoutedSource,
  { queues, deliveryLimit }: { readonly queues: readonly string[]; readonly deliveryLimit: number },
): SourceTopology {
  const values = routing?.key?.values;
  const parts = queues.flatMap((queue) =>
    (values ?? [undefined]).map((value) => {
      const name = valueQueue(queue, value);
      const order = routing?.orders.find((each) => each.queue === queue);
      const from = { exchange: values ? valuesExchange(exchange) : exchange, routingKey: value ?? '' };
      if (order) return orderedQueues({ name, from, header: partitionHeader(queue), ...order });
      return {
        ...noTopology,
        queues: [workQueue(name, deliveryLimit)],
        bindings: [{ ...from, queue: name }],
      };
    }),
  );
  return joinTopologies([...(values && queues.length > 0 ? [hub(exchange)] : []), ...parts]);
}

/**
 * The queues of a source of requests, whose routing key is the name of their queue; the first partition also has those
 * without a partition.
 */
export function requestTopology({ exchange, routing }: RoutedSource): SourceTopology {
  const [order] = routing?.orders ?? [];
  const parts = (routing?.key?.values ?? [undefined]).map((value) => {
    const base = valueQueue(exchange, value);
    const names = partitionsOf(base, order);
    const bindings = names.map((queue) => ({ exchange, queue, routingKey: queue }));
    return {
      ...noTopology,
      queues: names.map((name): QueueSpec => ({ kind: 'rpc', name, ...(order && { isOrdered: true }) })),
      bindings: order
        ? [{ exchange, queue: partitionQueue(base, 0), routingKey: base }, ...bindings]
        : bindings,
    };
  });
  return joinTopologies(parts);
}

/** How often an ordered queue may take a message back: whenever another process takes it over, it may take back many. */
const orderedLimit = 50;

function workQueue(name: string, deliveryLimit: number): WorkQueueSpec {
  return { kind: 'work', name, deliveryLimit };
}

/** Passes events on by their routing key; keeps those with another one as dead letters. */
function hub(exchange: string): SourceTopology {
  const [name, unrouted] = [valuesExchange(exchange), unroutedQueue(exchange)];
  return {
    exchanges: [
      { name, type: 'direct', alternateExchange: unrouted },
      { name: unrouted, type: 'fanout' },
    ],
    queues: [{ kind: 'unrouted', name: unrouted, exchange: name }],
    bindings: [{ exchange: unrouted, queue: unrouted, routingKey: '' }],
    exchangeBindings: [{ source: exchange, destination: name, routingKey: '' }],
  };
}

interface OrderedQueues {
  readonly name: string;
  readonly from: { readonly exchange: string; readonly routingKey: string };
  readonly header: string;
  readonly partitions: number;
}

function orderedQueues({ name, from, header, partitions }: OrderedQueues): SourceTopology {
  const [exchange, first] = [`${name}#`, partitionQueue(name, 0)];
  const names = partitionsOf(name, { partitions });
  return {
    exchanges: [
      { name: exchange, type: 'headers', alternateExchange: first },
      { name: first, type: 'fanout' },
    ],
    queues: names.map((queue): QueueSpec => ({ ...workQueue(queue, orderedLimit), isOrdered: true })),
    bindings: [
      { exchange: first, queue: first, routingKey: '' },
      ...names.map((queue, i) => ({
        exchange,
        queue,
        routingKey: '',
        arguments: { [header]: String(i) },
      })),
    ],
    exchangeBindings: [{ source: from.exchange, destination: exchange, routingKey: from.routingKey }],
  };
}

/** Joins the topologies of several sources. */
export function joinTopologies(parts: readonly SourceTopology[]): SourceTopology {
  return {
    exchanges: parts.flatMap(({ exchanges }) => exchanges),
    queues: parts.flatMap(({ queues }) => queues),
    bindings: parts.flatMap(({ bindings }) => bindings),
    exchangeBindings: parts.flatMap(({ exchangeBindings }) => exchangeBindings),
  };
}
