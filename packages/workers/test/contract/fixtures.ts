import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { Database } from '../../src/database/database.ts';
import { DatabaseError } from '../../src/database/database-error.ts';
import type { Extras } from '../../src/database/extras.ts';
import type { Row } from '../../src/handlers/append/row.ts';
import { ensureMessageTable, parseMessageTable } from '../../src/database/message-table.ts';
import type { MessageTable } from '../../src/database/message-table.ts';
import { migrate } from '../../src/database/migrate.ts';

/** A table that no other test uses, whose name needs quotes. */
export async function createMessageTable(db: Database, extras: Extras = {}): Promise<MessageTable> {
  await migrate(db);
  const table = parseMessageTable(`Message "${randomUUID()}"`, extras);
  await ensureMessageTable(db, table);
  return table;
}

/** Runs these PL/pgSQL statements before each inserted row, or each statement. */
export async function addTrigger(
  db: Database,
  { identifier }: MessageTable,
  ...[statements, each = 'ROW']: readonly [string, ('ROW' | 'STATEMENT')?]
): Promise<void> {
  const name = `trigger_${randomUUID().replaceAll('-', '')}`;
  await db.query(
    `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${statements} END $$`,
  );
  await db.query(
    `CREATE TRIGGER ${name} BEFORE INSERT ON ${identifier} FOR EACH ${each} EXECUTE FUNCTION ${name}()`,
  );
}

export function createRow(json: string, messageId: string = randomUUID()): Row {
  return { messageId, json: Buffer.from(json) };
}

export function createRows(count: number): readonly Row[] {
  return Array.from({ length: count }, (_, index) => createRow(String(index + 1)));
}

export interface StoredRow {
  readonly id: string;
  readonly message_id: string;
  readonly message: string;
}

/** The rows of a table, by position; the messages as text. */
export async function readTable(db: Database, { identifier }: MessageTable): Promise<readonly StoredRow[]> {
  return await db.query<StoredRow>(
    `SELECT id::text, message_id, message::text FROM ${identifier} AS stored ORDER BY stored.id`,
  );
}

/** The DatabaseError that a promise rejects with; fails for any other. */
export async function databaseErrorOf(promise: Promise<unknown>): Promise<DatabaseError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).to.be.instanceOf(DatabaseError);
  return error as DatabaseError;
}
