import { settlesWithin } from '@restmapper/core';

/** Counts the events that are queued for workers or being handled, by queue and message. */
export class Unfinished {
  readonly #messages = new Map<string, number>();
  #waiting: (() => void)[] = [];

  begin(queue: string, messageId: string): void {
    const key = keyOf(queue, messageId);
    this.#messages.set(key, (this.#messages.get(key) ?? 0) + 1);
  }

  /** Does nothing for a message that is not counted. */
  end(queue: string, messageId: string): void {
    const key = keyOf(queue, messageId);
    const count = this.#messages.get(key) ?? 0;
    if (count > 1) this.#messages.set(key, count - 1);
    else this.#messages.delete(key);
    if (this.#messages.size > 0) return;
    for (const resolve of this.#waiting) resolve();
    this.#waiting = [];
  }

  /** Forgets all of them. */
  clear(): void {
    this.#messages.clear();
  }

  /** The queues that have some. */
  get queues(): readonly string[] {
    return [...new Set([...this.#messages.keys()].map((key) => key.slice(0, key.lastIndexOf(' '))))];
  }

  /** Resolves with whether there are none left before the timeout. */
  async settles(timeoutMs: number): Promise<boolean> {
    if (this.#messages.size === 0) return true;
    const settled = new Promise<void>((resolve) => this.#waiting.push(resolve));
    return await settlesWithin(settled, timeoutMs);
  }
}

function keyOf(queue: string, messageId: string): string {
  return `${queue} ${messageId}`;
}
