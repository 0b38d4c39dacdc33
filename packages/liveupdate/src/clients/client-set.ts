import { setTimeout as sleep } from 'node:timers/promises';
import { type CloseReason, closeReasons } from './close-reason.ts';
import { forEachYielding } from '../feed/for-each-yielding.ts';

/** A client of this process, whatever the kind of its connection. */
export interface Client {
  /** Sends a heartbeat, or closes the client if it did not answer the last one; must not throw. */
  beat(): void;
  /** Checks what it watches against the model now in force; must not throw. */
  recheck(): void;
  /** Sends the reason and closes. */
  close(reason: CloseReason): void;
  /** Cuts the connection. */
  terminate(): void;
}

/**
 * Clients disconnected together would reconnect together, so they leave at one per millisecond, in steps of
 * ten.
 */
const leaveStepMs = 10;

/** The clients of one kind; sends them heartbeats until closed. */
export class ClientSet {
  readonly #clients = new Set<Client>();
  readonly #heartbeat: NodeJS.Timeout;
  #onEmpty: (() => void) | undefined;

  constructor({ beatEveryMs }: { readonly beatEveryMs: number }) {
    this.#heartbeat = setInterval(() => {
      void forEachYielding(this.#clients, (client) => client.beat()); // Beats do not throw.
    }, beatEveryMs);
  }

  add(client: Client): void {
    this.#clients.add(client);
  }

  /** Checks what every client watches against the model now in force. */
  async recheck(): Promise<void> {
    await forEachYielding(this.#clients, (client) => client.recheck());
  }

  delete(client: Client): void {
    this.#clients.delete(client);
    if (this.#clients.size === 0) this.#onEmpty?.();
  }

  /** Disconnects the clients, spread over up to half the time; cuts those left at the end. */
  async close(timeoutMs: number): Promise<void> {
    clearInterval(this.#heartbeat);
    const cut = setTimeout(() => this.#terminateAll(), timeoutMs);
    await this.#drain(timeoutMs / 2);
    if (this.#clients.size > 0) await new Promise<void>((resolve) => (this.#onEmpty = resolve));
    clearTimeout(cut);
  }

  async #drain(withinMs: number): Promise<void> {
    const steps = Math.max(1, Math.floor(Math.min(withinMs, this.#clients.size) / leaveStepMs));
    const perStep = Math.ceil(this.#clients.size / steps);
    let left = perStep;
    for (const client of this.#clients) {
      client.close(closeReasons.draining);
      left -= 1;
      if (left > 0) continue;
      left = perStep;
      await sleep(leaveStepMs);
    }
  }

  #terminateAll(): void {
    for (const client of this.#clients) client.terminate();
  }
}
