/** More than a client says in the time that it takes to find out who it is. */
const capacity = 64;

/** Keeps what comes while it cannot be heard. */
export class Backlog<T> {
  #kept: T[] | undefined;

  /** Whether what comes is to be kept. */
  get isOpen(): boolean {
    return this.#kept !== undefined;
  }

  open(): void {
    this.#kept ??= [];
  }

  /** Whether there was room for it. */
  push(item: T): boolean {
    if (!this.#kept || this.#kept.length === capacity) return false;
    this.#kept.push(item);
    return true;
  }

  /** Hands out what was kept, up to an item that opens the backlog again. */
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
