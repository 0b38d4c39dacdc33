import type { Channel, ChannelModel } from 'amqplib';
import type { Topology } from '../topology.ts';
import { planTopology } from './topology-plan.ts';
import { asError, methodTimeoutMs, within } from './within.ts';

/**
 * Declares everything in the topology, and what the bus itself needs, on a channel of its own.
 *
 * What exists already with the same arguments is left as it is. A user who may not declare it finds
 * that it is there instead, which takes no permission; whether queues are bound cannot be seen so.
 * @throws Error that names the object and says what the broker has against it.
 */
export async function declareTopology(
  model: ChannelModel,
  topology: Topology,
  signal: AbortSignal,
): Promise<void> {
  const plan = planTopology(topology);
  try {
    await onChannel(model, signal, [...declarationsOf(plan)]);
  } catch (error) {
    if (!isRefused(error)) throw error;
    // What was wrong in the first place says more than that something is not there.
    await onChannel(model, signal, [...checksOf(plan)]).catch(() => {
      throw error;
    });
  }
}

type Plan = ReturnType<typeof planTopology>;

/** One thing to be had from the broker. */
interface Step {
  readonly what: string;
  readonly ask: (channel: Channel) => Promise<unknown>;
}

function* declarationsOf({ exchanges, queues, bindings }: Plan): Iterable<Step> {
  for (const { name, type } of exchanges) {
    yield { what: `the exchange ${name}`, ask: (channel) => channel.assertExchange(name, type) };
  }
  for (const { name, arguments: args } of queues) {
    const options = { durable: true, arguments: args };
    yield { what: `the queue ${name}`, ask: (channel) => channel.assertQueue(name, options) };
  }
  for (const { exchange, queue, routingKey } of bindings) {
    yield {
      what: `the binding of the queue ${queue} to ${exchange}`,
      ask: (channel) => channel.bindQueue(queue, exchange, routingKey),
    };
  }
}

function* checksOf({ exchanges, queues }: Plan): Iterable<Step> {
  for (const { name } of exchanges) {
    yield { what: `the exchange ${name}`, ask: (channel) => channel.checkExchange(name) };
  }
  for (const { name } of queues) {
    yield { what: `the queue ${name}`, ask: (channel) => channel.checkQueue(name) };
  }
}

/** Asks for one thing after the other; the broker closes the channel with the reason for which it refuses one. */
async function onChannel(model: ChannelModel, signal: AbortSignal, steps: readonly Step[]): Promise<void> {
  const limits = { timeoutMs: methodTimeoutMs, signal };
  const opening = model.createChannel().then((channel) => channel.on('error', () => {}));
  const channel = await within('opening a channel', opening, limits);
  try {
    for (const { what, ask } of steps) {
      await within('it', ask(channel), limits).catch((error: unknown) => {
        const cause = asError(error);
        throw new Error(`cannot declare ${what}: ${cause.message}`, { cause });
      });
    }
  } finally {
    // After a refusal the broker has closed it already.
    await within('closing a channel', channel.close(), limits).catch(() => {});
  }
}

const accessRefused = 403;

function isRefused(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  return cause instanceof Error && 'code' in cause && cause.code === accessRefused;
}
