import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@restmapper/bus';
import { DatabaseError, Interrupted } from '../errors.ts';
import { abortable } from './abort.ts';
import { backoffMs } from './backoff.ts';

export interface DatabaseGateOptions {
  /** Resolves when the database can do the workers' work. */
  readonly probe: () => Promise<void>;
  readonly log: Log;
  readonly onChange?: (paused: boolean) => void;
}

const backoff = { firstMs: 100, capMs: 5_000 };

/**
 * Lets work through while the database answers, and holds it back while it does not.
 *
 * Work that fails because the database is away shuts the gate. One probe for all who wait opens it
 * again.
 */
export class DatabaseGate {
  readonly #probe: () => Promise<void>;
  readonly #log: Log;
  readonly #onChange: (paused: boolean) => void;
  readonly #closing = new AbortController();
  #reason: string | undefined;
  #opened: Promise<void> = Promise.resolve();
  /** In a row; work that succeeds ends the row. */
  #failures = 0;

  constructor({ probe, log, onChange = () => {} }: DatabaseGateOptions) {
    this.#probe = probe;
    this.#log = log;
    this.#onChange = onChange;
  }

  /** Why the gate is shut; `undefined` while it is open. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /**
   * Runs the work, again and again until the database was there to do it.
   *
   * @throws what the work throws, except a DatabaseError of the kind `away`
   * @throws Interrupted when the gate is closed while it is shut, and the signal's reason when that aborts
   */
  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (;;) {
      await abortable(this.#opened, signal);
      try {
        const value = await work();
        this.#failures = 0;
        return value;
      } catch (error) {
        if (!(error instanceof DatabaseError) || error.kind !== 'away') throw error;
        this.shut(error);
      }
    }
  }

  /** Holds work back until a probe succeeds. */
  shut(error: Error): void {
    if (this.#reason !== undefined) return;
    this.#report(error);
    this.#onChange(true);
    this.#opened = this.#reopen();
    // Nobody may be waiting when the gate is closed.
    this.#opened.catch(() => undefined);
  }

  /** Probes no more: who waits is interrupted. What runs goes on. */
  close(): void {
    this.#closing.abort();
  }

  async #reopen(): Promise<void> {
    while (!(await this.#answers())) {
      if (this.#closing.signal.aborted) throw new Interrupted('the process ends');
    }
    this.#reason = undefined;
    this.#log.info({}, 'resumed: the database answers');
    this.#onChange(false);
  }

  async #answers(): Promise<boolean> {
    this.#failures += 1;
    try {
      await sleep(backoffMs(this.#failures, backoff), undefined, { signal: this.#closing.signal });
      await this.#probe();
      return true;
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#report(error);
      return false;
    }
  }

  /** Keeps the reason, and logs it once for as long as it stays the same. */
  #report(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason === this.#reason) return;
    this.#reason = reason;
    this.#log.warn({ err: error }, 'paused: the database cannot work');
  }
}
