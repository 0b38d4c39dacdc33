import type { Channel, ChannelModel } from 'amqplib';
import type { BindingSpec, ExchangeBindingSpec, Topology, TopologyUse } from '@restmapper/core';
import { accessRefused, Asking, type Refused, titleOfQueue } from '../connection/asking.ts';
import { writeHeaders } from '../wire/amqp-headers.ts';
import { declareAsItIs } from './kept-feed.ts';
import {
  type BrokerNeeds,
  type BrokerQueue,
  type BrokerTopology,
  needsOf,
  planTopology,
} from './topology-plan.ts';

export interface DeclareOptions {
  readonly topology: Topology;
  /** The part of the topology that must exist. */
  readonly use: TopologyUse;
  readonly signal: AbortSignal;
}

/** The objects of a topology that cannot be used, by name, with the broker's reasons. */
export interface Refusals {
  readonly exchanges: ReadonlyMap<string, string>;
  readonly queues: ReadonlyMap<string, string>;
  /** Feeds that exist with another age or size; they are still followed. */
  readonly differing: ReadonlyMap<string, string>;
  /** One for each object about which the broker does not answer: resolves once it does. */
  readonly answers: readonly Promise<void>[];
}

/**
 * Declares everything in the topology, and the bus's own objects, on a separate channel.
 *
 * Objects that exist with the same arguments are not changed. Refusals, such as of a queue that exists with
 * other arguments, are reported, and everything else is declared; so are objects about which the broker does not
 * answer, such as a queue whose node has just died. A user without the permission to declare
 * passively checks the objects that it uses; bindings cannot be checked. RabbitMQ 4.3 lets a user check only
 * objects on which it has a permission, so nothing else is checked. A request queue on a node of the cluster
 * that is down is skipped: its requests are refused, and everything else continues.
 * @throws Error if the connection fails, or this user may use none of the objects.
 */
export async function declareTopology(
  model: ChannelModel,
  { topology, use, signal }: DeclareOptions,
): Promise<Refusals> {
  const asking = new Asking(model, { signal });
  try {
    return await new Declaration(asking).run(planTopology(topology), { use, needs: needsOf(topology, use) });
  } finally {
    await asking.close();
  }
}

/** An exchange or a queue to be declared or checked. */
interface Wanted {
  readonly what: string;
  readonly isNeeded: boolean;
  readonly declare: () => Promise<Refused | undefined>;
  readonly look: (channel: Channel) => Promise<unknown>;
}

/** `unseen`: not checked; `away`: known, but unreachable. */
type Fate = 'declared' | 'found' | 'unseen' | 'away' | Refused;

interface Wants {
  readonly use: TopologyUse;
  readonly needs: BrokerNeeds;
}

/** One execution of a plan. */
class Declaration {
  readonly #asking: Asking;
  readonly #fates = { exchanges: new Map<string, Fate>(), queues: new Map<string, Fate>() };
  readonly #differing = new Map<string, string>();
  /** False once this user was not allowed to declare an object: the others are checked passively first. */
  #mayDeclare = true;

  constructor(asking: Asking) {
    this.#asking = asking;
  }

  async run(plan: BrokerTopology, { use, needs }: Wants): Promise<Refusals> {
    const { exchanges, queues } = this.#fates;
    for (const { name, type, alternateExchange } of plan.exchanges) {
      const what = `the exchange ${name}`;
      const options = { alternateExchange };
      const declare = () => this.#asking.ask(what, (channel) => channel.assertExchange(name, type, options));
      const look = (channel: Channel) => channel.checkExchange(name);
      const isNeeded = needs.exchanges.has(name);
      exchanges.set(name, await this.#have({ what, isNeeded, declare, look }));
    }
    for (const queue of plan.queues) {
      const { name } = queue;
      const what = titleOfQueue(name);
      const look = (channel: Channel) => channel.checkQueue(name);
      const isNeeded = needs.queues.has(name);
      const declare = () => this.#declareQueue(what, queue);
      queues.set(name, await this.#have({ what, isNeeded, declare, look }));
    }
    for (const binding of plan.bindings) await this.#bindQueue(binding);
    for (const binding of plan.exchangeBindings) await this.#bindExchange(binding);
    this.#assertMayUse(use);
    return {
      exchanges: reasonsIn(exchanges),
      queues: reasonsIn(queues),
      differing: this.#differing,
      answers: [...exchanges.values(), ...queues.values()].flatMap((fate) =>
        typeof fate === 'object' && fate.answered ? [fate.answered] : [],
      ),
    };
  }

  async #have({ what, isNeeded, declare, look }: Wanted): Promise<Fate> {
    let refused: Refused | undefined;
    if (this.#mayDeclare) {
      refused = await declare();
      if (!refused) return 'declared';
      if (refused.code !== accessRefused) return refused.isOutOfReach ? 'away' : refused;
      this.#mayDeclare = false;
    }
    if (!isNeeded) return 'unseen';
    const unseen = await this.#asking.ask(what, look);
    if (!unseen) return 'found';
    if (unseen.isOutOfReach) return 'away';
    if (!unseen.isMissing) return unseen;
    // The missing permission explains more than the missing object.
    return refused ?? (await declare()) ?? 'declared';
  }

  async #declareQueue(what: string, queue: BrokerQueue): Promise<Refused | undefined> {
    const { name } = queue;
    const assert = (args: BrokerQueue['arguments']) =>
      this.#asking.ask(what, (channel) => channel.assertQueue(name, { durable: true, arguments: args }));
    const refused = await assert(queue.arguments);
    if (!refused || queue.arguments['x-queue-type'] !== 'stream') return refused;
    const kept = await declareAsItIs(queue.arguments, { refused, assert });
    if (!('difference' in kept)) return kept;
    this.#differing.set(name, kept.difference);
    return undefined;
  }

  async #bindQueue({ exchange, queue, routingKey, arguments: args = {} }: BindingSpec): Promise<void> {
    const ends = [this.#fates.exchanges.get(exchange), this.#fates.queues.get(queue)];
    const what = `the binding of the queue ${queue} to ${exchange}`;
    await this.#bind(what, ends, (channel) =>
      channel.bindQueue(queue, exchange, routingKey, writeHeaders(args)),
    );
  }

  async #bindExchange(binding: ExchangeBindingSpec): Promise<void> {
    const { source, destination, routingKey, arguments: args = {} } = binding;
    const ends = [source, destination].map((name) => this.#fates.exchanges.get(name));
    const what = `the binding of the exchange ${destination} to ${source}`;
    await this.#bind(what, ends, (channel) =>
      channel.bindExchange(destination, source, routingKey, writeHeaders(args)),
    );
  }

  async #bind(
    what: string,
    ends: readonly (Fate | undefined)[],
    bind: (channel: Channel) => Promise<unknown>,
  ): Promise<void> {
    const areThere = ends.every((fate) => fate === 'declared' || fate === 'found');
    if (!areThere || !ends.includes('declared')) return;
    const refused = await this.#asking.ask(what, bind);
    // Deleted concurrently: the next declaration recreates them.
    if (refused?.isMissing || refused?.answered) throw refused.error;
  }

  /**
   * The bus's own objects are ignored: another application on the broker may have created them.
   * @throws Error if this user has no permission on any of its objects: it is the wrong user.
   */
  #assertMayUse(use: TopologyUse): void {
    const { exchanges, queues } = this.#fates;
    const fates = [
      ...use.exchanges.map((name) => exchanges.get(name)),
      ...use.queues.map((name) => queues.get(name)),
    ].filter((fate) => fate !== undefined);
    const [first] = fates;
    const isForbidden = (fate: Fate): boolean => typeof fate === 'object' && fate.code === accessRefused;
    if (typeof first === 'object' && fates.every(isForbidden)) throw first.error;
  }
}

function reasonsIn(fates: ReadonlyMap<string, Fate>): ReadonlyMap<string, string> {
  return new Map(
    [...fates].flatMap(([name, fate]) => (typeof fate === 'object' ? [[name, fate.error.message]] : [])),
  );
}
