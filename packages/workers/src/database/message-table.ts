import { ConfigError } from '@restmapper/core';
import { escapeIdentifier } from 'pg';
import type { Database, Queryable } from './database.ts';
import { DatabaseError } from './database-error.ts';
import { addExtras, type Extras } from './extras.ts';
import { lockSchema } from './schema-lock.ts';
import {
  assertUsable,
  findTableFault,
  type TableFault,
  type TableName,
  type TableUse,
  unready,
} from './table-fault.ts';

/** PostgreSQL truncates longer names without an error (NAMEDATALEN - 1). */
const maxNameBytes = 63;

/** A table that `append` writes and `page` reads, by its name in the file. */
export type MessageTable = TableName;

/** @throws ConfigError if the name is not allowed. */
export function parseMessageTable(name: string, extras: Extras = {}): MessageTable {
  if (name.startsWith('restmapper_')) {
    throw new ConfigError(`the table ${name} cannot be used: names that begin with restmapper_ are reserved`);
  }
  if (name === '' || name.includes('\0') || Buffer.byteLength(name) > maxNameBytes) {
    throw new ConfigError(
      `a table's name must have 1 to ${maxNameBytes} bytes, unlike ${JSON.stringify(name)}`,
    );
  }
  return { name, identifier: escapeIdentifier(name), ...extras };
}

/**
 * Creates the table, its extras and its row in `restmapper_head` if missing, and updates an outdated row; safe to
 * run concurrently. A role without the right to create objects can run it on an existing table.
 *
 * @throws DatabaseError `unready` if the table is another program's, or this role lacks a right
 */
export async function ensureMessageTable(
  db: Database,
  table: MessageTable,
  use: TableUse = 'append',
): Promise<void> {
  if (!(await findIncomplete(db, table, use))) return;
  await db.transaction(async (tx) => {
    await lockSchema(tx);
    const fault = await findIncomplete(tx, table, use);
    if (!fault) return;
    await complete(tx, table).catch((error: unknown) => {
      throw error instanceof DatabaseError && error.kind !== 'away'
        ? unready(`${fault.text}: ${error.message}`, error)
        : error;
    });
  });
  await assertUsable(db, table, use);
}

/** Finds what {@link complete} can repair. @throws DatabaseError `unready` for any other fault */
async function findIncomplete(
  db: Queryable,
  table: MessageTable,
  use: TableUse,
): Promise<TableFault | undefined> {
  const fault = await findTableFault(db, table, use);
  if (fault?.kind === 'foreign') throw unready(fault.text);
  return fault;
}

async function complete(tx: Queryable, table: MessageTable): Promise<void> {
  const { name, identifier } = table;
  await tx.query(
    `CREATE TABLE IF NOT EXISTS ${identifier} (
       id         bigint      PRIMARY KEY,
       message_id uuid        UNIQUE NOT NULL,
       inserted   timestamptz NOT NULL DEFAULT now(),
       message    jsonb       NOT NULL
     )`,
  );
  await addExtras(tx, table);
  await tx.query(
    `INSERT INTO restmapper_head AS head (name, position)
     SELECT $1, coalesce(max(id), 0) FROM ${identifier}
     ON CONFLICT (name) DO UPDATE SET position = greatest(head.position, excluded.position)`,
    [name],
  );
}
