import { createAbsentDatabase, type Database } from '@restmapper/workers';

/** A database that is opened only when a worker comes that uses it. */
export class LaterDatabase implements Database {
  readonly #open: () => Promise<Database>;
  #opening: Promise<void> | undefined;
  #current = createAbsentDatabase('no worker of this process uses a database');

  constructor(open: () => Promise<Database>) {
    this.#open = open;
  }

  /** Opens it, unless it is open. @throws ConfigError; then it can be tried again */
  open(): Promise<void> {
    this.#opening ??= this.#openNow().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    });
    return this.#opening;
  }

  readonly query: Database['query'] = (sql, params) => this.#current.query(sql, params);

  readonly transaction: Database['transaction'] = (work) => this.#current.transaction(work);

  readonly openPipeline: Database['openPipeline'] = (closing) => this.#current.openPipeline(closing);

  resize(maxConnections: number): void {
    this.#current.resize?.(maxConnections);
  }

  close(): Promise<void> {
    return this.#current.close();
  }

  async #openNow(): Promise<void> {
    this.#current = await this.#open();
  }
}
