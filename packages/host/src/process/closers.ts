import { type Log, within } from '@restmapper/core';

type Close = (timeoutMs: number) => unknown;

/** A little more than the time limit passed to a close, so that its own timeout fires first. */
const marginMs = 250;

/**
 * The opened resources of a process, to be closed in reverse order.
 *
 * Every close gets the time left until the common deadline; one that fails or takes longer is logged, and
 * does not prevent the others.
 */
export class Closers {
  readonly #closes: { readonly name: string; readonly close: Close }[] = [];

  /** Registers a just opened resource, and returns it. */
  add<T>(name: string, resource: T, close: (resource: T, timeoutMs: number) => unknown): T {
    this.#closes.push({ name, close: (timeoutMs) => close(resource, timeoutMs) });
    return resource;
  }

  /** Registers a resource to be closed after everything else. */
  addLast<T>(name: string, resource: T, close: (resource: T, timeoutMs: number) => unknown): void {
    this.#closes.unshift({ name, close: (timeoutMs) => close(resource, timeoutMs) });
  }

  /** Resolves with whether everything closed in time. */
  async closeAll({ timeoutMs, log }: { readonly timeoutMs: number; readonly log: Log }): Promise<boolean> {
    const end = Date.now() + timeoutMs;
    let clean = true;
    for (let next = this.#closes.pop(); next; next = this.#closes.pop()) {
      const leftMs = Math.max(0, end - Date.now());
      try {
        const closing = Promise.resolve(next.close(leftMs));
        await within('closing', closing, { timeoutMs: leftMs + marginMs });
      } catch (error) {
        clean = false;
        log.error({ err: error, what: next.name }, 'did not close');
      }
    }
    return clean;
  }
}
