import type { ReplyHeaders } from '@restmapper/core';
import type { Database, Queryable } from '../../database/database.ts';
import { DatabaseError } from '../../database/database-error.ts';
import { unready } from '../../database/table-fault.ts';
import type { HandlerReply } from '../../work/outcome.ts';

/** A worker's stored answer to a message. */
export interface StoredAnswer {
  readonly fingerprint: Buffer;
  readonly answer: HandlerReply;
}

/** The columns of an answer. */
interface AnswerRow {
  readonly reply: Buffer | null;
  readonly status: number | null;
  readonly isError: boolean | null;
  readonly contentType: string | null;
  readonly headers: ReplyHeaders | null;
}

const answerColumns = 'reply, status, is_error AS "isError", content_type AS "contentType", headers';

/** A message for one worker. */
export interface InboxKey {
  readonly worker: string;
  readonly messageId: string;
}

export interface InboxEntry extends InboxKey {
  readonly fingerprint: Buffer;
  readonly keepMs: number;
}

const renewExpired = `ON CONFLICT (worker, message_id) DO UPDATE
  SET fingerprint = excluded.fingerprint, reply = NULL, status = NULL, is_error = NULL, content_type = NULL,
    headers = NULL, done = now(), expires = excluded.expires
  WHERE known.expires <= now()`;

/**
 * Records a message in the transaction that processes it; returns the stored answer if it was processed
 * before.
 *
 * It waits for another transaction with the same message: if that commits, its answer is returned; if it
 * rolls back, the message is recorded here.
 * @throws DatabaseError
 */
export async function enter(tx: Queryable, entry: InboxEntry): Promise<StoredAnswer | undefined> {
  const { worker, messageId, fingerprint, keepMs } = entry;
  const entered = await tx.query(
    `INSERT INTO restmapper_inbox AS known (worker, message_id, fingerprint, expires)
     VALUES ($1, $2, $3, now() + $4 * interval '1 ms')
     ${renewExpired}
     RETURNING 1`,
    [worker, messageId, fingerprint, keepMs],
  );
  if (entered.length === 1) return undefined;
  // It expired after this transaction began, and was deleted.
  return (await findAnswer(tx, entry)) ?? (await enter(tx, entry));
}

/**
 * Returns the stored answer to a message that was processed before; `undefined` for any other.
 *
 * @throws DatabaseError
 */
export async function findAnswer(
  db: Queryable,
  { worker, messageId }: InboxKey,
): Promise<StoredAnswer | undefined> {
  const [known] = await db.query<AnswerRow & { fingerprint: Buffer }>(
    `SELECT fingerprint, ${answerColumns} FROM restmapper_inbox
     WHERE worker = $1 AND message_id = $2 AND expires > now()`,
    [worker, messageId],
  );
  return known && { fingerprint: known.fingerprint, answer: toAnswer(known) };
}

function toAnswer({ reply, status, isError, contentType, headers }: AnswerRow): HandlerReply {
  // Before `is_error` was stored, only an error had such a status.
  const hasFailed = isError ?? (status !== null && status >= 400);
  return {
    reply: reply ?? Buffer.from('null'),
    ...(status !== null && { status }),
    ...(hasFailed && { isError: true }),
    ...(contentType !== null && { contentType }),
    ...(headers && { headers }),
  };
}

/**
 * Runs the statement of `enter` without a row, which also fails if a column or a right is missing.
 *
 * @throws DatabaseError `away` or `unready`
 */
export async function assertInbox(db: Queryable): Promise<void> {
  await db
    .query(
      `INSERT INTO restmapper_inbox AS known (worker, message_id, fingerprint, expires)
       SELECT worker, message_id, fingerprint, expires FROM restmapper_inbox WHERE false
       ${renewExpired}`,
    )
    .catch(blameInbox);
}

/** A missing or inaccessible inbox is not the message's fault. @throws DatabaseError `away` or `unready` */
export function blameInbox(error: unknown): never {
  if (!(error instanceof DatabaseError) || error.kind === 'away') throw error;
  throw unready(`the table restmapper_inbox cannot be used: ${error.message}`, error);
}

/** Stores the answer to a message that the same transaction has recorded. @throws DatabaseError */
export async function keepAnswer(
  tx: Queryable,
  { worker, messageId }: InboxKey,
  { reply, status, isError = false, contentType, headers }: HandlerReply,
): Promise<void> {
  await tx.query(
    `UPDATE restmapper_inbox SET reply = $3, status = $4, is_error = $5, content_type = $6, headers = $7::jsonb
     WHERE worker = $1 AND message_id = $2`,
    [
      worker,
      messageId,
      reply,
      status ?? null,
      isError,
      contentType ?? null,
      headers ? JSON.stringify(headers) : null,
    ],
  );
}

/**
 * Locks the message for this transaction until its end; returns whether that succeeded.
 *
 * @throws DatabaseError
 */
export async function isAlone(tx: Queryable, { worker, messageId }: InboxKey): Promise<boolean> {
  const [row] = await tx.query<{ alone: boolean }>(
    'SELECT pg_try_advisory_xact_lock(hashtextextended($1, 0)) AS alone',
    [`restmapper_inbox ${worker} ${messageId}`],
  );
  return row?.alone === true;
}

/** Deletes expired entries in small portions, so that it never blocks others; returns how many. */
export async function deleteExpired(db: Database, most = 1000): Promise<number> {
  const deleted = await db.query(
    `DELETE FROM restmapper_inbox WHERE (worker, message_id) IN (
       SELECT worker, message_id FROM restmapper_inbox WHERE expires <= now()
       ORDER BY expires LIMIT $1 FOR UPDATE SKIP LOCKED
     ) RETURNING 1`,
    [most],
  );
  return deleted.length;
}
