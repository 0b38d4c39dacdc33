import { setTimeout as sleep } from 'node:timers/promises';
import { abortable, backoffMs, type Log } from '@restmapper/core';
import { DatabaseError } from '../database/database-error.ts';
import { isStorageError } from '../database/sqlstate.ts';
import { Gate } from './gate.ts';

export interface DatabaseGateOptions {
  /** Resolves when the database has recovered; receives the error that showed the loss. */
  readonly probe: (cause: unknown) => Promise<void>;
  readonly log: Log;
  readonly onChange?: (isShut: boolean) => void;
}

/** How often in a row one task may lose a responding database; the next time, the task is at fault. */
const maxLosses = 5;

const backoff = { firstMs: 20, capMs: 1_000 };

const says = { paused: 'paused: the database is down', resumed: 'resumed: the database responds' };

/**
 * Runs work while the database responds, and holds all of it back while it does not.
 *
 * When work fails as `away`, the gate probes the database. If the probe fails, the gate closes until one
 * succeeds. If it succeeds, the work soon runs again, up to five times in a row.
 */
export class DatabaseGate {
  readonly #gate: Gate;

  constructor({ probe, log, onChange }: DatabaseGateOptions) {
    this.#gate = new Gate({ probe, log, says, onChange });
  }

  /** Why the gate is closed; `undefined` while it is open. */
  get reason(): string | undefined {
    return this.#gate.reason;
  }

  /**
   * Runs the work, repeatedly if the database is lost.
   *
   * @throws the work's errors, except a DatabaseError of the kind `away` while the database does not respond
   * @throws Interrupted if the process stops while the gate is closed, the signal's reason when it aborts,
   * and that of `patience` if it aborts while the gate is closed
   */
  async run<T>(work: () => Promise<T>, signal: AbortSignal, patience = signal): Promise<T> {
    let losses = 0;
    for (;;) {
      if (this.#gate.reason !== undefined) await this.#gate.pass(signal, patience);
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

  /** Probes the database, and closes the gate if that fails. */
  answers(cause: unknown): Promise<boolean> {
    return this.#gate.check(cause);
  }

  /** Holds work back until a probe succeeds. */
  shut(cause: unknown): void {
    this.#gate.shut(cause);
  }

  /** Stops probing, and interrupts waiting work. Running work continues. */
  close(): void {
    this.#gate.close();
  }
}

/** Whether the database was lost. A server whose storage fails may still respond; see `WorkerGate`. */
export function isLoss(error: unknown): boolean {
  return error instanceof DatabaseError && error.kind === 'away' && !isStorageError(error);
}

/** A gate that never closes, for work that uses no database. */
export function createOpenGate(log: Log): DatabaseGate {
  return new DatabaseGate({ probe: async () => {}, log });
}
