import { ConfigError } from '@restmapper/endpoints';
import { escapeIdentifier } from 'pg';
import type { Database, Queryable } from '../database.ts';
import { lockSchema } from '../schema-lock.ts';

/** PostgreSQL cuts longer names off without an error (NAMEDATALEN - 1). */
const maxNameBytes = 63;

/** A table that `append` writes and `page` reads, by the name it has in the file. */
export interface MessageTable {
  readonly name: string;
  /** The name as it stands in a statement. */
  readonly identifier: string;
}

/** @throws ConfigError when no table of ours can have such a name. */
export function parseMessageTable(name: string): MessageTable {
  if (name.startsWith('restmapper_')) {
    throw new ConfigError(`the table ${name} cannot be used: names in restmapper_ are kept`);
  }
  if (name === '' || name.includes('\0') || Buffer.byteLength(name) > maxNameBytes) {
    throw new ConfigError(
      `a table's name has 1 to ${maxNameBytes} bytes, which ${JSON.stringify(name)} has not`,
    );
  }
  return { name, identifier: escapeIdentifier(name) };
}

/**
 * Creates the table and its row in `restmapper_head`, unless they are there; several processes may
 * do so at once. A role that may not create anything can run it on a table that exists.
 *
 * @throws DatabaseError
 */
export async function ensureMessageTable(db: Database, table: MessageTable): Promise<void> {
  if (await isComplete(db, table)) return;
  await db.transaction(async (tx) => {
    await lockSchema(tx);
    if (!(await isComplete(tx, table))) await create(tx, table);
  });
}

async function isComplete(db: Queryable, { name, identifier }: MessageTable): Promise<boolean> {
  const rows = await db.query('SELECT FROM restmapper_head WHERE name = $1 AND to_regclass($2) IS NOT NULL', [
    name,
    identifier,
  ]);
  return rows.length === 1;
}

async function create(tx: Queryable, { name, identifier }: MessageTable): Promise<void> {
  await tx.query(
    `CREATE TABLE IF NOT EXISTS ${identifier} (
       id         bigint      PRIMARY KEY,
       message_id uuid        UNIQUE NOT NULL,
       inserted   timestamptz NOT NULL DEFAULT now(),
       message    jsonb       NOT NULL
     )`,
  );
  await tx.query(
    `INSERT INTO restmapper_head (name, position)
     SELECT $1, coalesce(max(id), 0) FROM ${identifier}
     ON CONFLICT (name) DO NOTHING`,
    [name],
  );
}
