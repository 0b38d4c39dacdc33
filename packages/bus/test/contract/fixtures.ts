import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { v7 } from 'uuid';
import type {
  BatchHandler,
  Bus,
  ConsumeOptions,
  PublishOptions,
  QueueSubscription,
} from '../../src/contract/bus.ts';
import { BusError } from '../../src/contract/errors.ts';
import type { BusErrorCode } from '../../src/contract/errors.ts';
import type { Delivery, Message, Outcome } from '../../src/contract/message.ts';
import type { FeedSpec, RpcQueueSpec, Topology, WorkQueueSpec } from '@restmapper/core';

/** Opens a bus that is up, and closes it after the test. */
export type OpenBus = (topology: Topology) => Promise<Bus>;

export const ack: Outcome = { kind: 'ack' };

export interface Events {
  readonly topology: Topology;
  readonly exchange: string;
  /** The first of `queues`. */
  readonly queue: string;
  readonly queues: readonly string[];
}

/** A fanout exchange with this many work queues, under names that no other test has. */
export function createEvents({ queues = 1, deliveryLimit = 20 } = {}): Events {
  const exchange = `contract/${randomUUID()}:POST`;
  const specs = Array.from(
    { length: queues },
    (_, i): WorkQueueSpec => ({ kind: 'work', name: `${exchange}:${i}`, deliveryLimit }),
  );
  const names = specs.map(({ name }) => name);
  return {
    topology: {
      exchanges: [{ name: exchange, type: 'fanout' }],
      queues: specs,
      bindings: names.map((queue) => ({ exchange, queue, routingKey: '' })),
    },
    exchange,
    queue: names[0] ?? '',
    queues: names,
  };
}

/** A direct exchange with ordered work queues, each bound by its number, under names that no other test has. */
export function createOrdered({ partitions = 1, deliveryLimit = 20 } = {}): Events {
  const exchange = `contract/${randomUUID()}:POST`;
  const names = Array.from({ length: partitions }, (_, i) => `${exchange}#${i}`);
  return {
    topology: {
      exchanges: [{ name: exchange, type: 'direct' }],
      queues: names.map((name) => ({ kind: 'work', name, deliveryLimit, isOrdered: true })),
      bindings: names.map((queue, i) => ({ exchange, queue, routingKey: String(i) })),
    },
    exchange,
    queue: names[0] ?? '',
    queues: names,
  };
}

export interface Rpc {
  readonly topology: Topology;
  readonly exchange: string;
  readonly queue: string;
}

/** A direct exchange with its rpc queue, under a name that no other test has. */
export function createRpc({ isOrdered = false } = {}): Rpc {
  const name = `contract/${randomUUID()}:GET`;
  const queue: RpcQueueSpec = { kind: 'rpc', name, ...(isOrdered && { isOrdered }) };
  return {
    topology: {
      exchanges: [{ name, type: 'direct' }],
      queues: [queue],
      bindings: [{ exchange: name, queue: name, routingKey: name }],
    },
    exchange: name,
    queue: name,
  };
}

export interface Feed {
  readonly topology: Topology;
  readonly exchange: string;
  readonly feed: string;
}

/** A fanout exchange with a feed and nothing else, under a name that no other test has. */
export function createFeed({ maxBytes = 10_000_000, maxAgeSeconds = 3600 } = {}): Feed {
  const exchange = `contract/${randomUUID()}:POST`;
  const spec: FeedSpec = { kind: 'feed', name: `feed:${exchange}`, maxAgeSeconds, maxBytes };
  return {
    topology: {
      exchanges: [{ name: exchange, type: 'fanout' }],
      queues: [spec],
      bindings: [{ exchange, queue: spec.name, routingKey: '' }],
    },
    exchange,
    feed: spec.name,
  };
}

export function createMessage(body: string | Uint8Array = '{}', headers: Message['headers'] = {}): Message {
  return {
    body: Buffer.from(body),
    messageId: v7(),
    type: 'POST /contract/',
    timestampMs: Date.now(),
    headers,
  };
}

/** A deadline this many milliseconds from now. */
export function within(ms = 10_000): PublishOptions {
  return { deadlineEpochMs: Date.now() + ms };
}

/** Publishes a message for each text, in order. */
export async function publishAll(bus: Bus, exchange: string, texts: readonly string[]): Promise<void> {
  for (const text of texts) await bus.publish(exchange, createMessage(text), within());
}

export interface Collected {
  readonly deliveries: Delivery[];
  readonly subscription: QueueSubscription;
  texts(): string[];
}

/** Consumes a queue, or several, and collects the messages; acks unless told otherwise. */
export async function collect(
  bus: Bus,
  queue: string | readonly string[],
  { outcome = () => ack, ...options }: CollectOptions = {},
): Promise<Collected> {
  const deliveries: Delivery[] = [];
  const handler: BatchHandler = async (batch) => {
    deliveries.push(...batch);
    return Promise.all(batch.map(async (delivery) => outcome(delivery)));
  };
  const subscription = bus.consume(queue, handler, options);
  await subscription.ready;
  return { deliveries, subscription, texts: () => deliveries.map(({ body }) => String(body)) };
}

export interface CollectOptions extends ConsumeOptions {
  readonly outcome?: (delivery: Delivery) => Outcome | Promise<Outcome>;
}

/** A promise that the test resolves. */
export interface Gate<T = void> {
  readonly passed: Promise<T>;
  open(value: T): void;
}

export function createGate<T = void>(): Gate<T> {
  let open: (value: T) => void = () => {};
  const passed = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { passed, open };
}

/** Never settles, like the handler of a process that hangs or has died. */
export const never: Promise<never> = new Promise(() => {});

/** The reason that the promise rejects with; fails when it resolves. */
export async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  const settled = await promise.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  if (!settled) throw new Error('it resolved');
  return settled.error;
}

/** Asserts that the promise rejects with a BusError of the code. */
export async function expectCode(promise: Promise<unknown>, code: BusErrorCode): Promise<void> {
  const error = await failureOf(promise);

  expect(error).to.be.instanceOf(BusError);
  expect(error).to.have.property('code', code);
}
