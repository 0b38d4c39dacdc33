import { setMaxListeners } from 'node:events';
import { type Log, requestError, type RequestError } from '@restmapper/core';
import { DatabaseError } from '../database/database-error.ts';
import { Released } from './errors.ts';
import { isStorageError } from '../database/sqlstate.ts';
import type { DatabaseGate } from './database-gate.ts';
import { Gate } from './gate.ts';

export interface WorkerGateOptions {
  /** Closed while the database is down; shared by all workers of the process. */
  readonly database: DatabaseGate;
  /** Prepares the worker's tables. */
  readonly prepare: () => Promise<void>;
  readonly log: Log;
  /** Whether work at a closed gate fails at once, for good. @default false */
  readonly failsWhenAway?: boolean;
  /** Called when this worker's own gate closes or opens, not the database's. */
  readonly onChange?: (isShut: boolean) => void;
}

const says = {
  paused: 'paused: a table of a worker is unusable',
  resumed: 'resumed: the worker can use its tables',
};

/**
 * Runs one worker's work while the database can handle it.
 *
 * | work fails | what happens |
 * |---|---|
 * | as `unready`, or because the server's storage fails | this worker is paused until its tables can be prepared, then retries |
 * | as `away` | see `DatabaseGate` |
 * | otherwise | it has failed |
 */
export class WorkerGate {
  readonly #database: DatabaseGate;
  readonly #own: Gate;
  #patience = createPatience();
  #remark: string | undefined;

  constructor({ database, prepare, log, failsWhenAway = false, onChange }: WorkerGateOptions) {
    this.#database = database;
    this.#own = new Gate({ probe: prepare, log, says, onChange });
    if (failsWhenAway) this.#patience.abort(databaseAway());
  }

  /** Why this worker is paused; `undefined` if it is not. */
  get heldFor(): string | undefined {
    return this.#database.reason ?? this.#own.reason;
  }

  /**
   * Why this worker's work keeps failing; `undefined` if it does not, or only because the database is down.
   */
  get reason(): string | undefined {
    return this.#own.reason ?? this.#remark;
  }

  /** Whether this worker is paused for a reason other than the database. */
  get isShut(): boolean {
    return this.#own.reason !== undefined;
  }

  /** Records why work keeps failing although it is not paused; `undefined` clears it. */
  remark(reason: string | undefined): void {
    this.#remark = reason;
  }

  /** Pauses this worker until its tables can be prepared. */
  hold(cause: unknown): void {
    this.#own.shut(cause);
  }

  /** Probes the database after a loss, and pauses all workers if it does not respond. */
  answers(cause: unknown): Promise<boolean> {
    return this.#database.answers(cause);
  }

  /**
   * Runs the work, repeatedly if the database is lost.
   *
   * @throws the work's error if it has failed
   * @throws Interrupted if the process stops while a gate is closed, the signal's reason when it aborts,
   * Released if it is released, and RequestError DATABASE_AWAY at a closed gate if it fails then
   */
  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (;;) {
      const patience = this.#patience.signal;
      if (this.#own.reason !== undefined) await this.#own.pass(signal, patience);
      try {
        const value = await this.#database.run(work, signal, patience);
        this.#own.succeeded();
        return value;
      } catch (error) {
        if (!isHeld(error)) throw error;
        this.hold(error);
      }
    }
  }

  /** Until `holdAgain`, work at a closed gate fails with Released instead of waiting. */
  letGo(): void {
    this.#patience.abort(
      new Released(`cannot be processed now: ${this.heldFor ?? 'the worker is being stopped'}`),
    );
  }

  /** Makes work wait at a closed gate again. */
  holdAgain(): void {
    if (this.#patience.signal.aborted) this.#patience = createPatience();
  }

  /** Stops probing, and interrupts waiting work. Running work continues. */
  close(): void {
    this.#own.close();
  }
}

/** One listener per concurrent task is not a leak. */
function createPatience(): AbortController {
  const patience = new AbortController();
  setMaxListeners(0, patience.signal);
  return patience;
}

function isHeld(error: unknown): boolean {
  return error instanceof DatabaseError && (error.kind === 'unready' || isStorageError(error));
}

function databaseAway(): RequestError {
  return requestError('DATABASE_AWAY', { detail: 'the database is down' });
}
