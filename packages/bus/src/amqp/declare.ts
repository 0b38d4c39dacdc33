import type { Channel, ChannelModel } from 'amqplib';
import type { Topology, TopologyUse } from '../topology.ts';
import { type BrokerNeeds, needsOf, planTopology } from './topology-plan.ts';
import { asError, methodTimeoutMs, within } from './within.ts';

export interface DeclareOptions {
  readonly topology: Topology;
  /** What has to be there. */
  readonly use: TopologyUse;
  readonly signal: AbortSignal;
}

/**
 * Declares everything in the topology, and what the bus itself needs, on a channel of its own.
 *
 * What exists already with the same arguments is left as it is. A user who may not declare it finds
 * that what it uses is there instead; whether queues are bound cannot be seen so. RabbitMQ 4.3 lets a
 * user look only for what it has a right to, so nothing else is looked for.
 * A queue of requests that lives on a node of the cluster that is away is left out: its requests are
 * refused, and all else goes on.
 * @throws Error that names the object and says what the broker has against it.
 */
export async function declareTopology(
  model: ChannelModel,
  { topology, use, signal }: DeclareOptions,
): Promise<void> {
  const plan = planTopology(topology);
  try {
    await onChannels(model, signal, [...declarationsOf(plan)]);
  } catch (error) {
    if (!isRefused(error)) throw error;
    await onChannels(model, signal, [...checksOf(plan, needsOf(topology, use))]).catch((failure: Error) => {
      // What was wrong in the first place says more than that something is not there; but a broker that
      // does not say so, as a node of its cluster is gone, is to be asked again soon.
      throw isMissing(failure) ? error : failure;
    });
  }
}

type Plan = ReturnType<typeof planTopology>;

/** One thing to be had from the broker. */
interface Step {
  readonly what: string;
  readonly ask: (channel: Channel) => Promise<unknown>;
  /** The queue that it is about, when that lives on one node only. */
  readonly classic?: string | undefined;
}

function isClassic(args: object): boolean {
  return 'x-queue-type' in args && args['x-queue-type'] === 'classic';
}

function* declarationsOf({ exchanges, queues, bindings }: Plan): Iterable<Step> {
  const classics = new Set(queues.filter((queue) => isClassic(queue.arguments)).map(({ name }) => name));
  const classicOf = (queue: string) => (classics.has(queue) ? queue : undefined);
  for (const { name, type } of exchanges) {
    yield { what: `the exchange ${name}`, ask: (channel) => channel.assertExchange(name, type) };
  }
  for (const { name, arguments: args } of queues) {
    const options = { durable: true, arguments: args };
    yield {
      what: `the queue ${name}`,
      ask: (channel) => channel.assertQueue(name, options),
      classic: classicOf(name),
    };
  }
  for (const { exchange, queue, routingKey } of bindings) {
    yield {
      what: `the binding of the queue ${queue} to ${exchange}`,
      ask: (channel) => channel.bindQueue(queue, exchange, routingKey),
      classic: classicOf(queue),
    };
  }
}

function* checksOf({ exchanges, queues }: Plan, needs: BrokerNeeds): Iterable<Step> {
  for (const { name } of exchanges.filter(({ name }) => needs.exchanges.has(name))) {
    yield { what: `the exchange ${name}`, ask: (channel) => channel.checkExchange(name) };
  }
  for (const { name, arguments: args } of queues.filter(({ name }) => needs.queues.has(name))) {
    const classic = isClassic(args) ? name : undefined;
    yield { what: `the queue ${name}`, ask: (channel) => channel.checkQueue(name), classic };
  }
}

/** Asks for all there is to be had, on as many channels as that takes. */
async function onChannels(model: ChannelModel, signal: AbortSignal, steps: readonly Step[]): Promise<void> {
  let left = steps;
  while (left.length > 0) left = await onChannel(model, signal, left);
}

/**
 * Asks for one thing after the other; the broker closes the channel with the reason for which it refuses one.
 *
 * Gives what is left to be asked for when that was because a queue is out of reach.
 */
async function onChannel(
  model: ChannelModel,
  signal: AbortSignal,
  steps: readonly Step[],
): Promise<readonly Step[]> {
  const limits = { timeoutMs: methodTimeoutMs, signal };
  const opening = model.createChannel().then((channel) => channel.on('error', () => {}));
  const channel = await within('opening a channel', opening, limits);
  try {
    for (const [index, { what, ask, classic }] of steps.entries()) {
      const refused = await within('it', ask(channel), limits).then(() => undefined, asError);
      if (!refused) continue;
      if (classic !== undefined && isOutOfReach(refused))
        return steps.slice(index).filter((step) => step.classic !== classic);
      throw new Error(`cannot declare ${what}: ${refused.message}`, { cause: refused });
    }
    return [];
  } finally {
    // After a refusal the broker has closed it already.
    await within('closing a channel', channel.close(), limits).catch(() => {});
  }
}

/** The queue is known, but not the node that it lives on, or the process that it is. */
function isOutOfReach(answer: Error): boolean {
  return codeOf(answer) === 404 && !saysThereIsNone(answer);
}

/** The same code says of a queue that it cannot be reached. */
function saysThereIsNone({ message }: Error): boolean {
  return message.includes('NOT_FOUND - no ');
}

function isMissing({ cause }: Error): boolean {
  return cause instanceof Error && saysThereIsNone(cause);
}

const accessRefused = 403;

function isRefused(error: unknown): boolean {
  return error instanceof Error && codeOf(error.cause) === accessRefused;
}

function codeOf(answer: unknown): unknown {
  return answer instanceof Error && 'code' in answer ? answer.code : undefined;
}
