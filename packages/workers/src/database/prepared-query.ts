import { type Connection, type FieldDef, type PoolClient, type Submittable, TypeOverrides } from 'pg';
import { encodeRun } from './encode-run.ts';

/** What a prepared statement is run with. */
export interface PreparedCall {
  readonly name: string;
  readonly text: string;
  readonly values: readonly (string | Buffer | null)[];
}

/** Whether `pg` need not convert a value. */
export function isWireValue(value: unknown): value is string | Buffer | null {
  return typeof value === 'string' || value === null || Buffer.isBuffer(value);
}

/**
 * Runs a statement that stays prepared on its connection; resolves with its rows.
 *
 * `pg` asks for a description of the columns with every run, and builds a result with all that it may have. PostgreSQL
 * refuses to change the columns of a prepared statement (`cached plan must not change result type`), so here the
 * first description is kept.
 *
 * @throws the errors of `pg`
 */
export function runPrepared<Row extends object>(client: PoolClient, call: PreparedCall): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    client.query(
      new PreparedQuery<Row>(call, (error, rows) => (error ? reject(asError(error)) : resolve(rows ?? []))),
    );
  });
}

type ReadRow = (fields: readonly (string | null)[]) => object;

/** The readers of a connection's statements, by name. */
const readers = new WeakMap<Connection, Map<string, ReadRow>>();

type Callback<Row> = (error: unknown, rows?: Row[]) => void;

/** What `pg` calls while the statement runs. */
class PreparedQuery<Row extends object> implements Submittable {
  readonly name: string;
  readonly text: string;
  /** `pg` replaces it when the statement takes too long. */
  callback: Callback<Row>;
  readonly #values: PreparedCall['values'];
  readonly #rows: object[] = [];
  #readers = new Map<string, ReadRow>();

  constructor({ name, text, values }: PreparedCall, callback: Callback<Row>) {
    this.name = name;
    this.text = text;
    this.#values = values;
    this.callback = callback;
  }

  submit(connection: Connection): void {
    const { name, text } = this;
    this.#readers = readersOf(connection);
    if (!isParsed(connection, name)) connection.parse({ name, text, types: [] }, true);
    const isDescribed = this.#readers.has(name);
    connection.stream.write(encodeRun({ name, values: this.#values, isDescribed }));
  }

  handleRowDescription({ fields }: { readonly fields: readonly FieldDef[] }): void {
    this.#readers.set(this.name, createRowReader(fields));
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    const row = this.#readers.get(this.name)?.(fields);
    if (row) this.#rows.push(row);
  }

  handleCommandComplete(): void {}

  handleEmptyQuery(): void {}

  handlePortalSuspended(): void {}

  handleError(error: unknown): void {
    this.callback(error);
  }

  handleReadyForQuery(): void {
    // The columns of the statement decide about the row.
    this.callback(null, this.#rows as Row[]);
  }
}

function readersOf(connection: Connection): Map<string, ReadRow> {
  const known = readers.get(connection);
  if (known) return known;
  const created = new Map<string, ReadRow>();
  readers.set(connection, created);
  return created;
}

/** Whether PostgreSQL has parsed it; `pg` remembers it, but not in its types. */
function isParsed(connection: Connection, name: string): boolean {
  const parsed: unknown = Reflect.get(connection, 'parsedStatements');
  return typeof parsed === 'object' && parsed !== null && Reflect.get(parsed, name) !== undefined;
}

/** Those that `pg` has for every connection. */
const types = new TypeOverrides();

function createRowReader(fields: readonly FieldDef[]): ReadRow {
  const columns = fields.map(({ name, dataTypeID }) => ({
    name,
    // It takes the text, not a number as its type says.
    parse: types.getTypeParser(dataTypeID, 'text') as unknown as (text: string) => unknown,
  }));
  return (values) => {
    const row: Record<string, unknown> = {};
    for (const [place, { name, parse }] of columns.entries()) {
      const value = values[place];
      row[name] = value === null || value === undefined ? null : parse(value);
    }
    return row;
  };
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
