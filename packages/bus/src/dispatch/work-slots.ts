/** Slots for running batches, shared by the queues of one subscription; waiting queues get one in turn. */
export class WorkSlots {
  readonly #waiting = new Set<() => void>();
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** Takes a place, to be released; when there is none, calls `retry` once there may be. */
  take(retry: () => void): boolean {
    if (this.#free === 0) {
      this.#waiting.add(retry);
      return false;
    }
    this.#free -= 1;
    return true;
  }

  release(): void {
    this.#free += 1;
    for (const retry of this.#waiting) {
      if (this.#free === 0) return;
      this.#waiting.delete(retry);
      retry();
    }
  }
}
