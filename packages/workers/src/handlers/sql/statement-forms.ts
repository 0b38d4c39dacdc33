import { ConfigError } from '@restmapper/core';
import { unready } from '../../database/table-fault.ts';
import type { ParameterForm } from './sql-parameter.ts';

/** Has PostgreSQL prepare a statement. @throws ConfigError if it is wrong, DatabaseError */
export type Describe = () => Promise<readonly ParameterForm[]>;

/** What the parameters of a statement take, asked from PostgreSQL when it is first needed. */
export class StatementForms {
  readonly #describe: Describe;
  #known: readonly ParameterForm[] | undefined;
  #asked: Promise<void> | undefined;

  constructor(describe: Describe) {
    this.#describe = describe;
  }

  /** By the number of the parameter; empty before {@link learn}. */
  get known(): readonly ParameterForm[] {
    return this.#known ?? [];
  }

  /** Resolves at once if they are known. @throws DatabaseError, `unready` if the statement is wrong */
  async learn(): Promise<void> {
    if (this.#known) return;
    this.#asked ??= this.#ask().finally(() => {
      this.#asked = undefined;
    });
    await this.#asked;
  }

  /** Asks again, since a table may have changed. @throws like {@link learn} */
  async relearn(): Promise<void> {
    this.#known = undefined;
    await this.learn();
  }

  async #ask(): Promise<void> {
    this.#known = await this.#describe().catch((error: unknown) => {
      // It was right when the worker started: it waits until the statement is right again.
      throw error instanceof ConfigError ? unready(error.message) : error;
    });
  }
}
