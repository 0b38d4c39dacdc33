import type { BusStatus } from '../contract/bus.ts';

type StatusListener = (status: BusStatus) => void;

/** The status of a bus and its listeners. */
export class StatusBoard {
  #current: BusStatus;
  readonly #listeners = new Set<StatusListener>();

  constructor(initial: BusStatus) {
    this.#current = initial;
  }

  get current(): BusStatus {
    return this.#current;
  }

  /** Notifies the listeners, unless nothing changed. */
  set(status: BusStatus): void {
    if (status.state === this.#current.state && status.reason === this.#current.reason) return;
    this.#current = status;
    for (const listener of this.#listeners) listener(status);
  }

  /** Calls the listener on every change; returns a function that removes it. */
  listen(listener: StatusListener): () => void {
    const own: StatusListener = (status) => listener(status);
    this.#listeners.add(own);
    return () => void this.#listeners.delete(own);
  }
}
