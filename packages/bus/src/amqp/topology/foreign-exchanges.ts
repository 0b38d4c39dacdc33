import { backoffMs, type BindingSpec, type Log, linkSignals, pause, type Topology } from '@restmapper/core';
import type { TopologyUse } from '@restmapper/core';
import type { Unavailable } from '../../contract/bus.ts';
import { Asking } from '../connection/asking.ts';
import type { RecoveringConnection, Session } from '../connection/recovering-connection.ts';
import { writeHeaders } from '../wire/amqp-headers.ts';

export interface ForeignExchangesOptions {
  readonly connection: RecoveringConnection;
  /**
   * The pause before exchanges that were there are looked up again: an owner who deletes one deletes our bindings along
   * with it, and the broker does not report it.
   */
  readonly recheckMs: number;
  readonly log: Log;
}

const backoff = { firstMs: 1000, capMs: 15_000 };

/**
 * Looks up the foreign exchanges that a process needs, and binds its queues to them; never declares one.
 *
 * Uses a channel of its own, because each exchange that is missing closes the channel. Looks again with back-off
 * while one cannot be used, and at intervals otherwise.
 */
export class ForeignExchanges {
  readonly #options: ForeignExchangesOptions;
  #bindings: ReadonlyMap<string, readonly BindingSpec[]> = new Map();
  readonly #reasons = new Map<string, string>();
  readonly #closing = new AbortController();
  /** Aborts when the exchanges to look up have changed. */
  #turn = new AbortController();
  readonly #running: Promise<void>;

  constructor(options: ForeignExchangesOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** Looks up the exchanges of this topology from now on; known results stay valid until the next look-up. */
  use(topology: Topology, use: TopologyUse): void {
    const before = this.#bindings;
    this.#bindings = neededBindings(topology, use);
    for (const name of before.keys()) if (!this.#bindings.has(name)) this.#reasons.delete(name);
    for (const name of this.#bindings.keys())
      if (!before.has(name)) this.#reasons.set(name, `the exchange ${name} is being looked up`);
    this.#turn.abort();
  }

  get unavailable(): readonly Unavailable[] {
    return [...this.#reasons].map(([name, reason]) => ({ kind: 'exchange', name, reason }));
  }

  /** Why a foreign exchange cannot be published to; `undefined` if it can. */
  refusalOf(exchange: string): string | undefined {
    return this.#reasons.get(exchange);
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
      const life = linkSignals([signal, session.signal, turn.signal]);
      await pause(isComplete ? this.#options.recheckMs : backoffMs(failures, backoff), life.signal);
      life.unlink();
    }
  }

  /** Whether all can be used. */
  async #lookUpAll({ model, signal }: Session): Promise<boolean> {
    const wanted = this.#bindings;
    if (wanted.size === 0) return true;
    const asking = new Asking(model, { signal, verb: 'use' });
    try {
      for (const [name, bindings] of wanted) {
        const reason = await lookUp(asking, name, bindings);
        if (this.#bindings !== wanted) return true;
        this.#record(name, reason);
      }
    } catch {
      // The broker did not answer, or the connection is lost: the last results stay valid until the next
      // look-up.
      return false;
    } finally {
      await asking.close();
    }
    return this.#reasons.size === 0;
  }

  #record(exchange: string, reason: string | undefined): void {
    const { log } = this.#options;
    if (this.#reasons.get(exchange) === reason) return;
    if (reason === undefined) {
      this.#reasons.delete(exchange);
      return log.info({ exchange }, 'the exchange of another application can be used');
    }
    this.#reasons.set(exchange, reason);
    log.warn({ exchange, reason }, 'an exchange of another application cannot be used');
  }
}

/**
 * Why an exchange cannot be used, or the queues cannot be bound to it. @throws Error if the broker does not
 * answer.
 */
async function lookUp(
  asking: Asking,
  exchange: string,
  bindings: readonly BindingSpec[],
): Promise<string | undefined> {
  const missing = await asking.ask(`the exchange ${exchange}`, (channel) => channel.checkExchange(exchange));
  if (missing) return missing.isMissing ? `the exchange ${exchange} does not exist` : missing.error.message;
  for (const { queue, routingKey, arguments: args = {} } of bindings) {
    const unbound = await asking.ask(`the exchange ${exchange} for the queue ${queue}`, (channel) =>
      channel.bindQueue(queue, exchange, routingKey, writeHeaders(args)),
    );
    if (unbound) return unbound.error.message;
  }
  return undefined;
}

/** The exchanges that the process publishes to or consumes from, with the bindings of its queues. */
function neededBindings(
  { foreign }: Topology,
  use: TopologyUse,
): ReadonlyMap<string, readonly BindingSpec[]> {
  const { exchanges = [], bindings = [] } = foreign ?? {};
  const needed = exchanges.map((name) => {
    const own = bindings.filter(({ exchange, queue }) => exchange === name && use.queues.includes(queue));
    return [name, own] as const;
  });
  return new Map(needed.filter(([name, own]) => own.length > 0 || use.exchanges.includes(name)));
}
