import { randomUUID } from 'node:crypto';
import type { ChannelModel, Replies } from 'amqplib';
import type { Topology } from '@restmapper/core';
import type {
  BrokerInspection,
  Depth,
  ForeignState,
  ObjectState,
  ProbedRights,
} from '../../contract/inspection.ts';
import { accessRefused, Asking, type Refused, titleOfQueue } from '../connection/asking.ts';
import { readDifference } from './kept-feed.ts';
import { type BrokerQueue, planTopology } from './topology-plan.ts';

export interface InspectTopologyOptions {
  readonly topology: Topology;
  /** The rights that this user should have. */
  readonly rights: ProbedRights;
  /** Other queues to look for; in each list, no further once one is missing. */
  readonly others: readonly (readonly string[])[];
  readonly signal: AbortSignal;
}

/**
 * Compares a topology with the broker, without changing it, as far as any user can.
 *
 * An object that is there is declared with the arguments that it should have: RabbitMQ compares them, and
 * names the first that differs. A missing object is not declared.
 * An object about which the broker does not answer is unseen.
 * @throws Error if the connection fails.
 */
export async function inspectTopology(
  model: ChannelModel,
  { topology, rights, others, signal }: InspectTopologyOptions,
): Promise<BrokerInspection> {
  const asking = new Asking(model, { signal, verb: 'inspect', patienceMs: 1500 });
  try {
    const { exchanges, queues } = planTopology(topology);
    const inspector = new TopologyInspector(asking);
    return {
      exchanges: new Map(await inSequence(exchanges, (exchange) => inspector.exchange(exchange))),
      queues: new Map(await inSequence(queues, (queue) => inspector.queue(queue))),
      foreign: await inspector.foreign(topology),
      others: new Map((await inSequence(others, (names) => inspector.others(names))).flat()),
      missingRights: await inspector.missingRights(rights),
    };
  } finally {
    await asking.close();
  }
}

type Named = readonly [name: string, state: ObjectState];

class TopologyInspector {
  readonly #asking: Asking;

  constructor(asking: Asking) {
    this.#asking = asking;
  }

  async exchange({ name, type, alternateExchange }: ExchangeSpec): Promise<Named> {
    const what = `the exchange ${name}`;
    const unseen = await this.#asking.ask(what, (channel) => channel.checkExchange(name));
    if (unseen) return [name, stateOf(unseen)];
    const options = { durable: true, alternateExchange };
    const refused = await this.#asking.ask(what, (channel) => channel.assertExchange(name, type, options));
    const wanted = { type, durable: true, 'alternate-exchange': alternateExchange };
    return [name, refused ? comparedState(refused, wanted) : { kind: 'same' }];
  }

  async queue({ name, arguments: args }: BrokerQueue): Promise<Named> {
    const what = titleOfQueue(name);
    const found: Replies.AssertQueue[] = [];
    const unseen = await this.#asking.ask(what, async (channel) =>
      found.push(await channel.checkQueue(name)),
    );
    if (unseen) return [name, stateOf(unseen)];
    const refused = await this.#asking.ask(what, (channel) =>
      channel.assertQueue(name, { durable: true, arguments: args }),
    );
    const state = refused ? comparedState(refused, { durable: true, ...args }) : { kind: 'same' as const };
    const [counted] = found;
    if (!counted) return [name, state];
    const { messageCount: messages, consumerCount: consumers } = counted;
    return [name, { ...state, depth: { messages, consumers } }];
  }

  /** The depths of those before the first that is missing, or hidden. */
  async others(names: readonly string[]): Promise<readonly (readonly [name: string, depth: Depth])[]> {
    const found: (readonly [string, Depth])[] = [];
    for (const name of names) {
      const unseen = await this.#asking.ask(titleOfQueue(name), async (channel) => {
        const { messageCount: messages, consumerCount: consumers } = await channel.checkQueue(name);
        found.push([name, { messages, consumers }]);
      });
      if (unseen) break;
    }
    return found;
  }

  async foreign({ foreign }: Topology): Promise<readonly ForeignState[]> {
    const { exchanges: used = [], queues: requested = [], consumed = [], replies = [] } = foreign ?? {};
    const exchanges = [...new Set([...used, ...replies.map(({ exchange }) => exchange)])];
    const queues = [...new Set([...requested, ...consumed.map(({ name }) => name)])];
    const exchangeStates = await inSequence(exchanges, async (name): Promise<ForeignState> => {
      const unseen = await this.#asking.ask(`the exchange ${name}`, (channel) => channel.checkExchange(name));
      return { kind: 'exchange', name, state: unseen ? stateOf(unseen) : { kind: 'same' } };
    });
    const queueStates = await inSequence(queues, async (name): Promise<ForeignState> => {
      const unseen = await this.#asking.ask(titleOfQueue(name), (channel) => channel.checkQueue(name));
      return { kind: 'queue', name, state: unseen ? stateOf(unseen) : { kind: 'same' } };
    });
    return [...exchangeStates, ...queueStates];
  }

  /** Asks for something that each right allows, in a way that the broker refuses or that has no effect. */
  async missingRights({ publishes, reads }: ProbedRights): Promise<BrokerInspection['missingRights']> {
    const probe = `amq.gen-restmapper-probe-${randomUUID()}`;
    const missing: (readonly ['publish' | 'read', string])[] = [];
    for (const name of publishes) {
      if (name === '') continue;
      // Unbinding an exchange from one that does not exist.
      const refused = await this.#asking.ask(`the exchange ${name}`, (channel) =>
        channel.unbindExchange(name, probe, probe),
      );
      if (isDenied(refused, name)) missing.push(['publish', name]);
    }
    for (const name of reads) {
      // A consumer with a priority that is not a number.
      const refused = await this.#asking.ask(titleOfQueue(name), async (channel) => {
        await channel.prefetch(1);
        await channel.consume(name, () => {}, { arguments: { 'x-priority': 'none' } });
      });
      if (isDenied(refused, name)) missing.push(['read', name]);
    }
    return missing;
  }
}

type ExchangeSpec = Topology['exchanges'][number];

async function inSequence<T, R>(items: readonly T[], look: (item: T) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await look(item));
  return results;
}

/** The state of an object that is missing or hidden. */
function stateOf({ isMissing, error }: Refused): ObjectState {
  return isMissing ? { kind: 'missing' } : { kind: 'unseen', reason: error.message };
}

/** The state of an object whose declaration is refused. */
function comparedState(refused: Refused, wanted: Readonly<Record<string, unknown>>): ObjectState {
  const { code, error } = refused;
  const isCompared = code !== undefined && code !== accessRefused && !refused.isOutOfReach;
  if (!isCompared) return { kind: 'unseen', reason: error.message };
  const { argument, current } = readDifference(error.message) ?? {};
  if (argument === undefined) return { kind: 'different', differences: [], reason: error.message };
  const should = wanted[argument];
  const is = typeof should === 'number' && current !== undefined ? Number(current) : current;
  return { kind: 'different', differences: [{ argument, is, should }], reason: error.message };
}

/** The broker names the object that the user has no permission on; another one may be refused first. */
function isDenied(refused: Refused | undefined, name: string): boolean {
  return refused?.code === accessRefused && refused.error.message.includes(`'${name}'`);
}
