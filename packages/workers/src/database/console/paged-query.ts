import type { Duplex } from 'node:stream';
import type { Connection, Submittable } from 'pg';

/** A column of a result. */
export interface SqlField {
  readonly name: string;
  /** The OID of its type. */
  readonly typeId: number;
}

/** The values of a row as PostgreSQL writes them; `null` for NULL. */
export type SqlRow = readonly (string | null)[];

/** Some rows of a result. */
export interface SqlPage {
  readonly fields: readonly SqlField[];
  readonly rows: readonly SqlRow[];
}

/** Takes a page before the next one is requested; resolves with whether it wants more, and never rejects. */
type TakePage = (page: SqlPage) => Promise<boolean>;

/** How a statement ended. */
export interface SqlResult {
  /** Empty if the statement returns no rows by its nature. */
  readonly fields: readonly SqlField[];
  /** PostgreSQL's tag, such as `INSERT 0 1`. */
  readonly tag: string;
  /** How many rows were returned. */
  readonly rowCount: number;
}

/** How many rows are requested at a time. */
const pageRows = 1_000;

/** The messages as `pg` parses them; its types lack them. */
interface RowDescription {
  readonly fields: readonly { readonly name: string; readonly dataTypeID: number }[];
}
interface DataRow {
  readonly fields: SqlRow;
}
interface CommandComplete {
  readonly text: string;
}

/** What a connection of `pg` sends; its types differ. */
interface Wire {
  readonly stream: Pick<Duplex, 'cork' | 'uncork'>;
  parse(message: { readonly text: string }): void;
  bind(message: { readonly values: readonly string[] }): void;
  describe(message: { readonly type: 'P' }): void;
  execute(message: { readonly rows: number }): void;
  sendCopyFail(reason: string): void;
  flush(): void;
  sync(): void;
}

/**
 * One statement, whose rows are read page by page, so that neither side holds more than a page.
 *
 * `pg` calls the methods as the messages of the extended protocol arrive. That protocol refuses a text of several
 * statements.
 * @see https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-EXT-QUERY
 */
export class PagedQuery implements Submittable {
  /** Settles when the connection is ready for the next statement, or lost. */
  readonly result: Promise<SqlResult>;
  readonly #sql: string;
  readonly #values: readonly string[];
  readonly #listener: TakePage;
  #resolve: (result: SqlResult) => void = () => {};
  #reject: (error: unknown) => void = () => {};
  #fields: readonly SqlField[] = [];
  #rows: SqlRow[] = [];
  #rowCount = 0;
  #tag = '';
  #hasListened = false;

  constructor(sql: string, values: readonly string[], listener: TakePage) {
    this.#sql = sql;
    this.#values = values;
    this.#listener = listener;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  submit(connection: Connection): void {
    const wire = connection as unknown as Wire;
    wire.stream.cork();
    wire.parse({ text: this.#sql });
    wire.bind({ values: this.#values });
    wire.describe({ type: 'P' });
    this.#requestPage(wire);
    wire.stream.uncork();
  }

  handleRowDescription({ fields }: RowDescription): void {
    this.#fields = fields.map(({ name, dataTypeID }) => ({ name, typeId: dataTypeID }));
  }

  handleDataRow({ fields }: DataRow): void {
    this.#rows.push(fields);
  }

  handlePortalSuspended(wire: Wire): void {
    void this.#passOn().then((wantsMore) => {
      if (wantsMore) this.#requestPage(wire);
      else wire.sync();
    });
  }

  handleCommandComplete({ text }: CommandComplete, wire: Wire): void {
    this.#tag = text;
    wire.sync();
  }

  handleEmptyQuery(wire: Wire): void {
    wire.sync();
  }

  /** `COPY FROM STDIN` has no input here. */
  handleCopyInResponse(wire: Wire): void {
    wire.sendCopyFail('COPY has no input here');
  }

  /** The rows of `COPY TO STDOUT` are dropped. */
  handleCopyData(): void {}

  /** A lost connection is reported here too. */
  handleError(error: Error, wire: Wire): void {
    this.#reject(error);
    wire.sync();
  }

  handleReadyForQuery(): void {
    const isLast = this.#rows.length > 0 || (this.#fields.length > 0 && !this.#hasListened);
    void (isLast ? this.#passOn() : Promise.resolve()).then(() =>
      this.#resolve({ fields: this.#fields, tag: this.#tag, rowCount: this.#rowCount }),
    );
  }

  #passOn(): Promise<boolean> {
    const rows = this.#rows;
    this.#rows = [];
    this.#rowCount += rows.length;
    this.#hasListened = true;
    return this.#listener({ fields: this.#fields, rows });
  }

  #requestPage(wire: Wire): void {
    wire.execute({ rows: pageRows });
    wire.flush();
  }
}
