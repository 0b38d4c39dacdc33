import type { Topology } from '@restmapper/core';
import { BusError } from '../../contract/errors.ts';
import type { Routable } from '../../dispatch/binding-matcher.ts';
import { ExchangeGraph } from '../../dispatch/exchange-graph.ts';

/** Time for the broker to finish a deletion. */
const repairDelayMs = 1000;

/**
 * Declares the topology again when a message that it should route was unroutable, since a queue or a binding
 * was deleted.
 */
export class UnroutableRepair {
  #routes = new ExchangeGraph();
  readonly #declare: () => Promise<void>;
  #timer: NodeJS.Timeout | undefined;

  /** @throws TypeError if a binding of the topology is invalid. */
  constructor(topology: Topology, declare: () => Promise<void>) {
    this.replace(topology);
    this.#declare = declare;
  }

  /** Applies to another topology from now on. */
  replace(topology: Topology): void {
    this.#routes = new ExchangeGraph();
    this.#routes.declare(topology);
  }

  /** Helps later messages; ignores any other failure. */
  onFailure(error: unknown, exchange: string, message: Routable): void {
    if (!(error instanceof BusError) || error.code !== 'UNROUTABLE') return;
    if (this.#routes.route(exchange, message).size === 0) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // If it fails, messages stay unroutable, and are reported so.
      void this.#declare().catch(() => {});
    }, repairDelayMs);
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
