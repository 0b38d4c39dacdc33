import type { Topology } from '@restmapper/core';
import { BusError } from '../../contract/errors.ts';
import type { Routable } from '../../dispatch/binding-matcher.ts';
import { ExchangeGraph } from '../../dispatch/exchange-graph.ts';

/** Time for the broker to end what it has begun to delete. */
const repairDelayMs = 1000;

/** Declares the topology again when a message that it routes was unroutable: somebody deleted a queue or a binding. */
export class UnroutableRepair {
  #routes = new ExchangeGraph();
  readonly #declare: () => Promise<void>;
  #timer: NodeJS.Timeout | undefined;

  /** @throws TypeError when a binding of the topology makes no sense. */
  constructor(topology: Topology, declare: () => Promise<void>) {
    this.replace(topology);
    this.#declare = declare;
  }

  /** Watches the messages of another topology from now on. */
  replace(topology: Topology): void {
    this.#routes = new ExchangeGraph();
    this.#routes.declare(topology);
  }

  /** Helps later messages; does nothing about any other failure. */
  onFailure(error: unknown, exchange: string, message: Routable): void {
    if (!(error instanceof BusError) || error.code !== 'UNROUTABLE') return;
    if (this.#routes.route(exchange, message).size === 0) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      // When it fails, messages stay unroutable, and say so.
      void this.#declare().catch(() => {});
    }, repairDelayMs);
  }

  close(): void {
    clearTimeout(this.#timer);
  }
}
