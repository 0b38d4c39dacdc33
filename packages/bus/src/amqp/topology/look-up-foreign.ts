import type { BindingSpec } from '@restmapper/core';
import { type Asking, type Refused, titleOfQueue } from '../connection/asking.ts';
import { writeHeaders } from '../wire/amqp-headers.ts';

/** An exchange or a queue of another application, and what a process uses it for. */
export interface ForeignObject {
  readonly kind: 'exchange' | 'queue';
  readonly name: string;
  /** The bindings of this process's queues to an exchange. */
  readonly bindings: readonly BindingSpec[];
  /** Whether this process consumes the queue. */
  readonly isConsumed: boolean;
  /** The exchange through which the queue's worker replies, if that is not the default exchange. */
  readonly replyExchange?: string | undefined;
}

/** What has been found out on one connection. */
export interface ForeignKnowledge {
  /** The objects whose type suits their use; to compare it costs a channel. */
  readonly compared: Set<string>;
  /** The temporary queue that shows the type of exchanges. */
  probe?: string;
}

/**
 * Finds out why an object cannot be used, and binds this process's queues to an exchange; `undefined` if it can.
 *
 * @throws Error if the broker does not answer.
 */
export async function lookUpForeign(
  asking: Asking,
  object: ForeignObject,
  known: ForeignKnowledge,
): Promise<string | undefined> {
  const key = JSON.stringify(object);
  const reason = (await missingFault(asking, object)) ?? (await useFault(asking, object, known));
  if (reason === undefined) known.compared.add(key);
  else known.compared.delete(key);
  return reason;
}

async function missingFault(asking: Asking, { kind, name }: ForeignObject): Promise<string | undefined> {
  const missing =
    kind === 'exchange'
      ? await asking.ask(titleOfExchange(name), (channel) => channel.checkExchange(name))
      : await asking.ask(titleOfQueue(name), (channel) => channel.checkQueue(name));
  return missing && (missing.isMissing ? `the ${kind} ${name} does not exist` : missing.error.message);
}

async function useFault(
  asking: Asking,
  object: ForeignObject,
  known: ForeignKnowledge,
): Promise<string | undefined> {
  const { kind, name, bindings, isConsumed } = object;
  const isNew = !known.compared.has(JSON.stringify(object));
  if (kind === 'queue') return isNew && isConsumed ? await queueFault(asking, name) : undefined;
  if (bindings.length === 0) return undefined;
  const fault = isNew ? await exchangeFault(asking, object, known) : undefined;
  if (fault !== undefined) return fault;
  const unbound = await bind(asking, bindings);
  if (isNew && unbound === undefined) await leave(asking, name, known);
  return unbound;
}

async function bind(asking: Asking, bindings: readonly BindingSpec[]): Promise<string | undefined> {
  for (const { exchange, queue, routingKey, arguments: args = {} } of bindings) {
    const unbound = await asking.ask(`${titleOfExchange(exchange)} for the queue ${queue}`, (channel) =>
      channel.bindQueue(queue, exchange, routingKey, writeHeaders(args)),
    );
    if (unbound) return unbound.error.message;
  }
  return undefined;
}

/** Why replies through an exchange cannot arrive; binds the queue for replies to it. */
export async function bindReplyQueue(
  asking: Asking,
  exchange: string,
  queue: string,
): Promise<string | undefined> {
  const what = `${titleOfExchange(exchange)} for replies`;
  const missing = await asking.ask(what, (channel) => channel.checkExchange(exchange));
  if (missing) return missing.isMissing ? `${what} does not exist` : missing.error.message;
  const unbound = await asking.ask(what, (channel) => channel.bindQueue(queue, exchange, queue));
  return unbound?.error.message;
}

async function exchangeFault(
  asking: Asking,
  { name, bindings }: ForeignObject,
  known: ForeignKnowledge,
): Promise<string | undefined> {
  const matches = bindings.map(({ arguments: args }) => args !== undefined);
  const isHeaders = await takesHeaders(asking, name, known);
  if (isHeaders === true && matches.includes(false))
    return `the exchange ${name} is a headers exchange, which ignores routing keys`;
  if (isHeaders === false && matches.includes(true))
    return `the exchange ${name} is not a headers exchange, so it cannot match headers`;
  return undefined;
}

/** The routing key and the arguments by which the temporary queue is bound. */
const probeKey = 'restmapper-probe';
const probeArguments = { 'x-match': probeKey };

/**
 * Whether an exchange is a headers exchange; `undefined` if this user may not find out.
 *
 * A passive declaration does not compare the type. But only a headers exchange refuses a binding with an unknown
 * `x-match`. The queue that is bound is a temporary one, which holds no message.
 */
async function takesHeaders(
  asking: Asking,
  exchange: string,
  known: ForeignKnowledge,
): Promise<boolean | undefined> {
  const undeclared = await asking.ask('a temporary queue', async (channel) => {
    const { queue } = await channel.assertQueue(known.probe ?? '', { exclusive: true, maxLength: 0 });
    known.probe = queue;
  });
  const { probe } = known;
  if (undeclared || probe === undefined) return undefined;
  const refused = await asking.ask(titleOfExchange(exchange), (channel) =>
    channel.bindQueue(probe, exchange, probeKey, probeArguments),
  );
  if (!refused) return false;
  return refused.code === preconditionFailed ? true : undefined;
}

/** Unbinds the temporary queue: not before others are bound, since an exchange may delete itself with its last binding. */
async function leave(asking: Asking, exchange: string, { probe }: ForeignKnowledge): Promise<void> {
  if (probe === undefined) return;
  await asking.ask(titleOfExchange(exchange), (channel) =>
    channel.unbindQueue(probe, exchange, probeKey, probeArguments),
  );
}

/**
 * Describes why a queue cannot be consumed like a queue.
 *
 * Every type of queue but a stream refuses the position in a stream at which to begin, and says so. A stream refuses a
 * consumer without a prefetch; should it accept it, it keeps its messages.
 */
async function queueFault(asking: Asking, name: string): Promise<string | undefined> {
  const refused = await asking.ask(titleOfQueue(name), async (channel) => {
    const { consumerTag } = await channel.consume(name, () => {}, {
      arguments: { 'x-stream-offset': 'first' },
    });
    await channel.cancel(consumerTag);
  });
  if (refused && !isAboutStream(refused)) return refused.error.message;
  return refused?.error.message.includes(`invalid arg 'x-stream-offset'`)
    ? undefined
    : `the queue ${name} is a stream, which keeps its messages: only other queues can be consumed`;
}

function isAboutStream({ code }: Refused): boolean {
  return code === preconditionFailed;
}

const preconditionFailed = 406;

function titleOfExchange(name: string): string {
  return `the exchange ${name}`;
}
