import { setTimeout as sleep } from 'node:timers/promises';
import { abortable, backoffMs, type Log } from '@restmapper/core';
import { DatabaseError } from '../database/database-error.ts';
import { isStorageError } from '../database/sqlstate.ts';
import { Gate } from './gate.ts';

export interface DatabaseGateOptions {
  /** Resolves when the database can work again; receives the error by which it was found away. */
  readonly probe: (cause: unknown) => Promise<void>;
  readonly log: Log;
  readonly onChange?: (isShut: boolean) => void;
}

/** How often in a row one piece of work may lose a database that answers; the next time, it is at fault itself. */
const maxLosses = 5;

const backoff = { firstMs: 20, capMs: 1_000 };

const says = { paused: 'paused: the database cannot work', resumed: 'resumed: the database answers' };

/**
 * Lets work through while the database answers, and holds all of it back while it does not.
 *
 * Work that fails as `away` makes the gate ask the database. When that does not answer, the gate shuts
 * until it does. When it answers, the work runs again soon, up to five times in a row.
 */
export class DatabaseGate {
  readonly #gate: Gate;

  constructor({ probe, log, onChange }: DatabaseGateOptions) {
    this.#gate = new Gate({ probe, log, says, onChange });
  }

  /** Why the gate is shut; `undefined` while it is open. */
  get reason(): string | undefined {
    return this.#gate.reason;
  }

  /**
   * Runs the work, again and again until the database was there to do it.
   *
   * @throws what the work throws, except a DatabaseError of the kind `away` while the database does not answer
   * @throws Interrupted when the gate is closed while it is shut, the signal's reason when that aborts, and
   * that of `patience` when it aborts while the gate is shut
   */
  async run<T>(work: () => Promise<T>, signal: AbortSignal, patience = signal): Promise<T> {
    let losses = 0;
    for (;;) {
      await this.#gate.pass(signal, patience);
      try {
        const value = await work();
        this.#gate.succeeded();
        return value;
      } catch (error) {
        if (!isLoss(error)) throw error;
        losses = (await this.answers(error)) ? losses + 1 : 0;
        if (losses > maxLosses) throw error;
        if (losses > 0) await abortable(sleep(backoffMs(losses, backoff)), signal);
      }
    }
  }

  /** Asks the database, and shuts the gate when it does not answer. */
  answers(cause: unknown): Promise<boolean> {
    return this.#gate.check(cause);
  }

  /** Holds work back until a probe succeeds. */
  shut(cause: unknown): void {
    this.#gate.shut(cause);
  }

  /** Stops probing, and interrupts what waits. Running work goes on. */
  close(): void {
    this.#gate.close();
  }
}

/** Whether the database was lost. A server whose storage fails may answer all the same; see `WorkerGate` for that. */
export function isLoss(error: unknown): boolean {
  return error instanceof DatabaseError && error.kind === 'away' && !isStorageError(error);
}
