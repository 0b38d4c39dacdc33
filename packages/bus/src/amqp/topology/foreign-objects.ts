import { backoffMs, type Log, linkSignals, pause, type Topology } from '@restmapper/core';
import type { TopologyUse } from '@restmapper/core';
import type { Unavailable } from '../../contract/bus.ts';
import { Asking } from '../connection/asking.ts';
import type { RecoveringConnection, Session } from '../connection/recovering-connection.ts';
import {
  bindReplyQueue,
  type ForeignKnowledge,
  type ForeignObject,
  lookUpForeign,
} from './look-up-foreign.ts';
import { QueueWaiters } from './queue-waiters.ts';

export interface ForeignObjectsOptions {
  readonly connection: RecoveringConnection;
  /**
   * The pause before objects that were there are looked up again: an owner who deletes an exchange deletes our
   * bindings along with it, and the broker does not report it.
   */
  readonly recheckMs: number;
  /** The name of this process's queue for replies, while they can arrive. */
  readonly replyQueue: () => string | undefined;
  readonly log: Log;
}

const backoff = { firstMs: 1000, capMs: 15_000 };

/** The least time between two look-ups. */
const leastMs = 250;

/**
 * Looks up the foreign exchanges and queues that a process needs, and binds its queues to the exchanges; never
 * declares one.
 *
 * Uses a channel of its own, because each object that is missing closes the channel. Looks again with back-off
 * while one cannot be used, and at intervals otherwise.
 */
export class ForeignObjects {
  readonly #options: ForeignObjectsOptions;
  #wanted: readonly ForeignObject[] = [];
  /** The queue for replies that is bound to the exchange of these queues. */
  readonly #repliesTo = new Map<string, string>();
  readonly #reasons = { exchange: new Map<string, string>(), queue: new Map<string, string>() };
  readonly #waiters = new QueueWaiters((queue) => !this.#reasons.queue.has(queue));
  readonly #closing = new AbortController();
  readonly #known = new WeakMap<Session, ForeignKnowledge>();
  /** Aborts when the objects are to be looked up at once. */
  #turn = new AbortController();
  readonly #running: Promise<void>;

  constructor(options: ForeignObjectsOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** Looks up the objects of this topology from now on; known results stay valid until the next look-up. */
  use(topology: Topology, use: TopologyUse): void {
    const before = new Set(this.#wanted.map(keyOf));
    this.#wanted = neededObjects(topology, use);
    const now = new Set(this.#wanted.map(keyOf));
    for (const { kind, name } of this.unavailable)
      if (!now.has(keyOf({ kind, name }))) this.#reasons[kind].delete(name);
    this.#waiters.release();
    for (const object of this.#wanted) {
      const { kind, name } = object;
      if (!before.has(keyOf(object))) this.#reasons[kind].set(name, `the ${kind} ${name} is being looked up`);
    }
    this.#turn.abort();
  }

  get unavailable(): readonly (Unavailable & Pick<ForeignObject, 'kind'>)[] {
    return (['exchange', 'queue'] as const).flatMap((kind) =>
      [...this.#reasons[kind]].map(([name, reason]) => ({ kind, name, reason })),
    );
  }

  /** Why a foreign object cannot be sent messages; `undefined` if it can. */
  refusalOf(kind: ForeignObject['kind'], name: string): string | undefined {
    const bound = kind === 'queue' ? this.#repliesTo.get(name) : undefined;
    if (bound !== undefined && bound !== this.#options.replyQueue()) return opening;
    return this.#reasons[kind].get(name);
  }

  /** Resolves when a foreign queue can be used. @throws the signal's reason if it aborts first. */
  available(queue: string, signal: AbortSignal): Promise<void> {
    return this.#waiters.wait(queue, signal);
  }

  /** Looks the objects up soon: a message to one of them was lost. */
  lookAgain(): void {
    this.#turn.abort();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    let failures = 0;
    while (!signal.aborted) {
      const session = await this.#options.connection.available(signal).catch(() => undefined);
      if (!session) return;
      const turn = new AbortController();
      this.#turn = turn;
      const isComplete = await this.#lookUpAll(session);
      failures = isComplete ? 0 : failures + 1;
      await pause(leastMs, signal);
      const life = linkSignals([signal, session.signal, turn.signal]);
      await pause(isComplete ? this.#options.recheckMs : backoffMs(failures, backoff), life.signal);
      life.unlink();
    }
  }

  /** Whether all can be used. */
  async #lookUpAll(session: Session): Promise<boolean> {
    const { model, signal } = session;
    const wanted = this.#wanted;
    if (wanted.length === 0) return true;
    const known = this.#known.get(session) ?? { compared: new Set() };
    this.#known.set(session, known);
    const asking = new Asking(model, { signal, verb: 'use' });
    try {
      for (const object of wanted) {
        const reason =
          (await lookUpForeign(asking, object, known)) ?? (await this.#bindReplies(asking, object));
        if (this.#wanted !== wanted) return true;
        this.#record(object, reason);
      }
    } catch {
      // The broker did not answer, or the connection is lost: the last results stay valid until the next
      // look-up.
      return false;
    } finally {
      await asking.close();
    }
    return this.unavailable.length === 0;
  }

  async #bindReplies(asking: Asking, object: ForeignObject): Promise<string | undefined> {
    const { kind, name, replyExchange } = object;
    if (kind === 'exchange') return undefined;
    if (replyExchange === undefined) {
      this.#repliesTo.delete(name);
      return undefined;
    }
    const replyQueue = this.#options.replyQueue();
    if (replyQueue === undefined) return opening;
    const reason = await bindReplyQueue(asking, replyExchange, replyQueue);
    if (reason === undefined) this.#repliesTo.set(name, replyQueue);
    return reason;
  }

  #record({ kind, name }: ForeignObject, reason: string | undefined): void {
    const { log } = this.#options;
    const reasons = this.#reasons[kind];
    if (reasons.get(name) === reason) return;
    if (reason === undefined) {
      reasons.delete(name);
      this.#waiters.release();
      return log.info({ [kind]: name }, `the ${kind} of another application can be used`);
    }
    reasons.set(name, reason);
    const article = kind === 'exchange' ? 'an' : 'a';
    log.warn({ [kind]: name, reason }, `${article} ${kind} of another application cannot be used`);
  }
}

const opening = 'the queue for replies is being opened';

function keyOf({ kind, name }: Pick<ForeignObject, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

/**
 * The exchanges that the process publishes to or consumes from, and the queues that it requests from or consumes.
 */
function neededObjects({ foreign }: Topology, use: TopologyUse): readonly ForeignObject[] {
  const { exchanges = [], queues = [], consumed = [], bindings = [], replies = [] } = foreign ?? {};
  const replyExchanges = new Map(replies.map(({ queue, exchange }) => [queue, exchange]));
  const found = exchanges.map((name): ForeignObject => {
    const own = bindings.filter(({ exchange, queue }) => exchange === name && use.queues.includes(queue));
    return { kind: 'exchange', name, bindings: own, isConsumed: false };
  });
  const read = new Set(consumed.map(({ name }) => name).filter((name) => use.queues.includes(name)));
  const requested = queues.filter((name) => use.requested?.includes(name));
  return [
    ...found.filter(({ name, bindings }) => bindings.length > 0 || use.exchanges.includes(name)),
    ...[...new Set([...requested, ...read])].map(
      (name): ForeignObject => ({
        kind: 'queue',
        name,
        bindings: [],
        isConsumed: read.has(name),
        replyExchange: replyExchanges.get(name),
      }),
    ),
  ];
}
