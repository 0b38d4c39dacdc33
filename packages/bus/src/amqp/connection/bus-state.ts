import type { BusStatus } from '../../contract/bus.ts';
import type { Log } from '@restmapper/core';
import type { RecoveringConnection } from './recovering-connection.ts';

export interface BusStateOptions {
  readonly publishing: RecoveringConnection;
  readonly consuming: RecoveringConnection;
  readonly log: Log;
}

/** The state of a bus, combined from its two connections: reported to listeners, logged, counted. */
export class BusState {
  readonly #options: BusStateOptions;
  readonly #listeners = new Set<(status: BusStatus) => void>();
  #status: BusStatus = { state: 'down', reason: 'not connected yet' };
  #wasUp = false;
  #reconnects = 0;
  #isClosed = false;

  constructor(options: BusStateOptions) {
    this.#options = options;
    for (const connection of [options.publishing, options.consuming])
      connection.onChange(() => this.#update());
  }

  get status(): BusStatus {
    return this.#status;
  }

  /** How often the bus came back after it had been up. */
  get reconnects(): number {
    return this.#reconnects;
  }

  onChange(listener: (status: BusStatus) => void): () => void {
    // A separate function per call, so that one listener can be added twice.
    const entry = (status: BusStatus): void => listener(status);
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  markClosed(): void {
    this.#isClosed = true;
    this.#update();
  }

  #update(): void {
    const previous = this.#status;
    const status = this.#combine();
    if (status.state === previous.state && status.reason === previous.reason) return;
    this.#status = status;
    if (previous.state === 'down' && status.state !== 'down') {
      if (this.#wasUp) this.#reconnects += 1;
      this.#wasUp = true;
    }
    this.#write();
    for (const listener of this.#listeners) listener(status);
  }

  #combine(): BusStatus {
    if (this.#isClosed) return { state: 'down', reason: 'the bus is closed' };
    const { publishing, consuming } = this.#options;
    return consuming.status.state === 'down' ? consuming.status : publishing.status;
  }

  #write(): void {
    const { log } = this.#options;
    const { state, reason } = this.#status;
    if (state === 'up') log.info({}, 'the message bus is up');
    else if (this.#isClosed) log.info({}, 'the message bus is closed');
    else log.warn({ reason }, `the message bus is ${state}`);
  }
}
