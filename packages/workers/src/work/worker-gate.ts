import { setMaxListeners } from 'node:events';
import type { Log } from '@restmapper/core';
import { DatabaseError } from '../database/database-error.ts';
import { Released } from './errors.ts';
import { isStorageError } from '../database/sqlstate.ts';
import type { DatabaseGate } from './database-gate.ts';
import { Gate } from './gate.ts';

export interface WorkerGateOptions {
  /** Shut while the database is away; shared by all workers of the process. */
  readonly database: DatabaseGate;
  /** Brings what the worker keeps in the database up to date. */
  readonly prepare: () => Promise<void>;
  readonly log: Log;
  /** Called when this worker's own gate shuts or opens, not the database's. */
  readonly onChange?: (isShut: boolean) => void;
}

const says = {
  paused: 'paused: a table of a worker is unusable',
  resumed: 'resumed: the worker has what it needs',
};

/**
 * Lets one worker's work through while the database can do it.
 *
 * | work fails | what happens |
 * |---|---|
 * | as `unready`, or because the server's storage fails | this worker is held until its tables can be prepared, and tries again |
 * | as `away` | see `DatabaseGate` |
 * | otherwise | it has failed |
 */
export class WorkerGate {
  readonly #database: DatabaseGate;
  readonly #own: Gate;
  #patience = createPatience();
  #remark: string | undefined;

  constructor({ database, prepare, log, onChange }: WorkerGateOptions) {
    this.#database = database;
    this.#own = new Gate({ probe: prepare, log, says, onChange });
  }

  /** Why this worker cannot work now; `undefined` when it can. */
  get heldFor(): string | undefined {
    return this.#database.reason ?? this.#own.reason;
  }

  /** Why this worker's work does not succeed; `undefined` when it does, or only the database is away. */
  get reason(): string | undefined {
    return this.#own.reason ?? this.#remark;
  }

  /** Whether this worker's work is held back, apart from the database. */
  get isShut(): boolean {
    return this.#own.reason !== undefined;
  }

  /** Notes why work does not succeed although it is not held back; `undefined` clears the note. */
  remark(reason: string | undefined): void {
    this.#remark = reason;
  }

  /** Holds this worker back until its tables can be prepared. */
  hold(cause: unknown): void {
    this.#own.shut(cause);
  }

  /** Asks the database after it was lost, and holds all workers back when it does not answer. */
  answers(cause: unknown): Promise<boolean> {
    return this.#database.answers(cause);
  }

  /**
   * Runs the work, again and again until the database was there to do it.
   *
   * @throws what the work throws when it has failed
   * @throws Interrupted when a gate is closed while it is shut, the signal's reason when that aborts, and
   * Released when it is let go
   */
  async run<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    for (;;) {
      const patience = this.#patience.signal;
      await this.#own.pass(signal, patience);
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

  /** Until `holdAgain`, work at a shut gate fails with Released instead of waiting. */
  letGo(): void {
    this.#patience.abort(new Released(`cannot be worked on now: ${this.heldFor ?? 'it is being stopped'}`));
  }

  /** Work waits at a shut gate again. */
  holdAgain(): void {
    if (this.#patience.signal.aborted) this.#patience = createPatience();
  }

  /** Stops probing, and interrupts what waits. Running work goes on. */
  close(): void {
    this.#own.close();
  }
}

/** As many listeners as there is work at once are no leak. */
function createPatience(): AbortController {
  const patience = new AbortController();
  setMaxListeners(0, patience.signal);
  return patience;
}

function isHeld(error: unknown): boolean {
  return error instanceof DatabaseError && (error.kind === 'unready' || isStorageError(error));
}
