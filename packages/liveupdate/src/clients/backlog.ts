/** More than a client sends while it is being authenticated. */
const capacity = 64;

/** Queues items while they cannot be handled. */
export class Backlog<T> {
  #kept: T[] | undefined;

  /** Whether items are being queued. */
  get isOpen(): boolean {
    return this.#kept !== undefined;
  }

  open(): void {
    this.#kept ??= [];
  }

  /** Returns whether there was room. */
  push(item: T): boolean {
    if (!this.#kept || this.#kept.length === capacity) return false;
    this.#kept.push(item);
    return true;
  }

  /** Handles queued items, up to one that reopens the backlog. */
  empty(take: (item: T) => void): void {
    const kept = this.#kept ?? [];
    this.#kept = undefined;
    for (const [index, item] of kept.entries()) {
      take(item);
      if (!this.isOpen) continue;
      this.#kept = kept.slice(index + 1);
      return;
    }
  }

  drop(): void {
    this.#kept = undefined;
  }
}
