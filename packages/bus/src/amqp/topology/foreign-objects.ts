import { backoffMs, type BindingSpec, type Log, linkSignals, pause, type Topology } from '@restmapper/core';
import type { TopologyUse } from '@restmapper/core';
import type { Unavailable } from '../../contract/bus.ts';
import { Asking, titleOfQueue } from '../connection/asking.ts';
import type { RecoveringConnection, Session } from '../connection/recovering-connection.ts';
import { writeHeaders } from '../wire/amqp-headers.ts';

export interface ForeignObjectsOptions {
  readonly connection: RecoveringConnection;
  /**
   * The pause before objects that were there are looked up again: an owner who deletes an exchange deletes our
   * bindings along with it, and the broker does not report it.
   */
  readonly recheckMs: number;
  readonly log: Log;
}

const backoff = { firstMs: 1000, capMs: 15_000 };

/** The least time between two look-ups. */
const leastMs = 250;

/** An exchange or a queue of another application. */
interface ForeignObject {
  readonly kind: 'exchange' | 'queue';
  readonly name: string;
  /** The bindings of this process's queues to an exchange. */
  readonly bindings: readonly BindingSpec[];
}

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
  readonly #reasons = { exchange: new Map<string, string>(), queue: new Map<string, string>() };
  readonly #closing = new AbortController();
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
    return this.#reasons[kind].get(name);
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
  async #lookUpAll({ model, signal }: Session): Promise<boolean> {
    const wanted = this.#wanted;
    if (wanted.length === 0) return true;
    const asking = new Asking(model, { signal, verb: 'use' });
    try {
      for (const object of wanted) {
        const reason = await lookUp(asking, object);
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

  #record({ kind, name }: ForeignObject, reason: string | undefined): void {
    const { log } = this.#options;
    const reasons = this.#reasons[kind];
    if (reasons.get(name) === reason) return;
    if (reason === undefined) {
      reasons.delete(name);
      return log.info({ [kind]: name }, `the ${kind} of another application can be used`);
    }
    reasons.set(name, reason);
    const article = kind === 'exchange' ? 'an' : 'a';
    log.warn({ [kind]: name, reason }, `${article} ${kind} of another application cannot be used`);
  }
}

function keyOf({ kind, name }: Pick<ForeignObject, 'kind' | 'name'>): string {
  return `${kind} ${name}`;
}

/** Why an object cannot be used, or the queues cannot be bound to it. @throws Error if the broker does not answer. */
async function lookUp(asking: Asking, { kind, name, bindings }: ForeignObject): Promise<string | undefined> {
  const missing =
    kind === 'exchange'
      ? await asking.ask(`the exchange ${name}`, (channel) => channel.checkExchange(name))
      : await asking.ask(titleOfQueue(name), (channel) => channel.checkQueue(name));
  if (missing) return missing.isMissing ? `the ${kind} ${name} does not exist` : missing.error.message;
  for (const { queue, routingKey, arguments: args = {} } of bindings) {
    const unbound = await asking.ask(`the exchange ${name} for the queue ${queue}`, (channel) =>
      channel.bindQueue(queue, name, routingKey, writeHeaders(args)),
    );
    if (unbound) return unbound.error.message;
  }
  return undefined;
}

/** The exchanges that the process publishes to or consumes from, and the queues that it requests from. */
function neededObjects({ foreign }: Topology, use: TopologyUse): readonly ForeignObject[] {
  const { exchanges = [], queues = [], bindings = [] } = foreign ?? {};
  const found = exchanges.map((name): ForeignObject => {
    const own = bindings.filter(({ exchange, queue }) => exchange === name && use.queues.includes(queue));
    return { kind: 'exchange', name, bindings: own };
  });
  const requested = queues.filter((name) => use.requested?.includes(name));
  return [
    ...found.filter(({ name, bindings }) => bindings.length > 0 || use.exchanges.includes(name)),
    ...requested.map((name): ForeignObject => ({ kind: 'queue', name, bindings: [] })),
  ];
}
