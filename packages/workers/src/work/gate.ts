import { setTimeout as sleep } from 'node:timers/promises';
import { abortable, backoffMs, Interrupted, type Log } from '@restmapper/core';

export interface GateOptions {
  /** Resolves when work can resume; receives the error that closed the gate. */
  readonly probe: (cause: unknown) => Promise<void>;
  readonly log: Log;
  /** The log messages when the gate closes, and when it opens. */
  readonly says: { readonly paused: string; readonly resumed: string };
  readonly onChange?: ((isShut: boolean) => void) | undefined;
}

const backoff = { firstMs: 100, capMs: 5_000 };

/** Holds work back for a reason, until a probe, shared by all waiting work, succeeds. */
export class Gate {
  readonly #options: GateOptions;
  readonly #closing = new AbortController();
  #reason: string | undefined;
  #opened: Promise<void> = Promise.resolve();
  #checked: Promise<boolean> | undefined;
  /** Consecutive failed probes; successful work resets the number. */
  #failures = 0;

  constructor(options: GateOptions) {
    this.#options = options;
  }

  /** Why the gate is closed; `undefined` while it is open. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /**
   * Resolves when the gate is open. @throws Interrupted if the process stops first, and the signals' reasons.
   */
  async pass(...signals: readonly AbortSignal[]): Promise<void> {
    if (this.#reason === undefined) return;
    let waiting = this.#opened;
    for (const signal of new Set(signals)) waiting = abortable(waiting, signal);
    await waiting;
  }

  /** Holds work back until a probe succeeds. */
  shut(cause: unknown): void {
    if (this.#reason !== undefined) return;
    this.#report(cause);
    this.#opened = this.#reopen(cause);
    // `close` may be called while no work waits.
    this.#opened.catch(() => undefined);
    this.#options.onChange?.(true);
  }

  /** Probes at once, and closes the gate if that fails; returns whether it is open. */
  async check(cause: unknown): Promise<boolean> {
    if (this.#reason !== undefined) return false;
    this.#checked ??= this.#check(cause).finally(() => {
      this.#checked = undefined;
    });
    return await this.#checked;
  }

  /** Resets the back-off after successful work. */
  succeeded(): void {
    this.#failures = 0;
  }

  /** Stops probing, and interrupts waiting work. Running work continues. */
  close(): void {
    this.#closing.abort();
  }

  async #check(cause: unknown): Promise<boolean> {
    try {
      await this.#options.probe(cause);
      return true;
    } catch (error) {
      this.shut(error);
      return false;
    }
  }

  async #reopen(cause: unknown): Promise<void> {
    while (!(await this.#answers(cause))) {
      if (this.#closing.signal.aborted) throw new Interrupted('the process ends');
    }
    this.#reason = undefined;
    this.#options.log.info({}, this.#options.says.resumed);
    this.#options.onChange?.(false);
  }

  async #answers(cause: unknown): Promise<boolean> {
    this.#failures += 1;
    try {
      await sleep(backoffMs(this.#failures, backoff), undefined, { signal: this.#closing.signal });
      await this.#options.probe(cause);
      return true;
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#report(error);
      return false;
    }
  }

  /** Records the reason, and logs it whenever it changes. */
  #report(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    if (reason === this.#reason) return;
    this.#reason = reason;
    this.#options.log.warn({ err: error }, this.#options.says.paused);
  }
}
