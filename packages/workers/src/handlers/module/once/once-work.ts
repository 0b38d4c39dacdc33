import { createHash } from 'node:crypto';
import { decodeEnvelope, type Delivery } from '@restmapper/bus';
import { requestError, RequestError } from '@restmapper/core';
import type { Database } from '../../../database/database.ts';
import { errorAnswer } from '../../../work/outcome.ts';
import type { HandlerReply } from '../../../work/outcome.ts';
import type { WorkOne } from '../../../work/work.ts';
import {
  blameInbox,
  deleteExpired,
  enter,
  type InboxEntry,
  isAlone,
  keepAnswer,
  type StoredAnswer,
} from './inbox.ts';
import { nestDatabase } from './nested-database.ts';

export interface OnceOptions {
  readonly worker: string;
  readonly db: Database;
  readonly keepMs: number;
}

/** Works on a delivery with the database that it is given. */
export type WorkWithin = (delivery: Delivery, signal: AbortSignal, db: Database) => Promise<HandlerReply>;

/** How often expired entries are looked for, at most. */
const deleteEveryMs = 60_000;

/** The header in which a gateway tells that a caller chose the id of a request. */
const idempotencyKey = 'idempotency-key';

/**
 * Makes work that has its effect once: it runs in one transaction with the record of its answer.
 *
 * | the message | what happens |
 * |---|---|
 * | is new, or failed before | it is worked on; the answer is kept with what was done |
 * | was done before | it is answered as it was then |
 * | is a request with a key, and is being worked on | 409 `IDEMPOTENCY_IN_FLIGHT` |
 * | is a request with a key, and not what was sent with it before | 422 `IDEMPOTENCY_KEY_REUSED` |
 *
 * An answer is what the work returns, or a RequestError below 500, of which nothing else is kept. After
 * any other error nothing was done, and the message may come again.
 */
export function createOnceWork(work: WorkWithin, { worker, db, keepMs }: OnceOptions): WorkOne {
  const inWork = new Set<string>();
  let deleteAtMs = 0;

  const deleteInPassing = (): void => {
    if (performance.now() < deleteAtMs) return;
    deleteAtMs = performance.now() + deleteEveryMs;
    // Nothing depends on it: what is left is deleted another time.
    deleteExpired(db).catch(() => undefined);
  };

  const run = async (delivery: Delivery, signal: AbortSignal): Promise<HandlerReply> => {
    const entry = { worker, messageId: delivery.messageId, fingerprint: fingerprintOf(delivery), keepMs };
    return await db.transaction(async (tx) => {
      if (isKeyed(delivery) && !(await isAlone(tx, entry)) && !delivery.redelivered) throw inFlight();
      const known = await enter(tx, entry).catch(blameInbox);
      if (known) return repeat(known, { entry, delivery });
      const nested = nestDatabase(tx);
      const answer = await nested
        .transaction(() => work(delivery, signal, nested))
        .catch((error: unknown) => lastingAnswer(error, delivery));
      await keepAnswer(tx, entry, { reply: answer.reply, status: answer.status });
      return answer;
    });
  };

  return async (delivery, signal) => {
    const { messageId } = delivery;
    // The embedded database has one connection, where a second transaction would wait for the first.
    if (isKeyed(delivery) && inWork.has(messageId) && !delivery.redelivered) throw inFlight();
    const isFirst = !inWork.has(messageId);
    inWork.add(messageId);
    try {
      return await run(delivery, signal);
    } finally {
      if (isFirst) inWork.delete(messageId);
      deleteInPassing();
    }
  };
}

function isKeyed({ wantsReply, headers }: Delivery): boolean {
  return wantsReply && headers[idempotencyKey] !== undefined;
}

function repeat(
  known: StoredAnswer,
  { entry, delivery }: { readonly entry: InboxEntry; readonly delivery: Delivery },
): HandlerReply {
  if (isKeyed(delivery) && !known.fingerprint.equals(entry.fingerprint)) {
    throw requestError('IDEMPOTENCY_KEY_REUSED', {
      detail: 'the Idempotency-Key was used with another body, query or path',
    });
  }
  const { reply, status } = known;
  // A value has no such status.
  return { reply, status, ...(status !== undefined && status >= 400 && { isError: true }), isRepeated: true };
}

/** What the caller is told also when it asks again; rethrows what another attempt may fix. */
function lastingAnswer(error: unknown, { wantsReply }: Delivery): HandlerReply {
  if (wantsReply && error instanceof RequestError && error.status < 500) return errorAnswer(error);
  throw error;
}

function inFlight(): RequestError {
  return requestError('IDEMPOTENCY_IN_FLIGHT', {
    detail: 'a call with this Idempotency-Key is being worked on; ask again when it is answered',
  });
}

/** What a caller sent, whoever it says it is by now. */
function fingerprintOf({ body }: Delivery): Buffer {
  const hash = createHash('sha256');
  for (const part of partsOf(body)) hash.update(`${part.length}:`).update(part);
  return hash.digest();
}

/** A body that is no envelope is refused later, and hashed as it is. */
function partsOf(body: Buffer): readonly Buffer[] {
  try {
    const { data, args, params } = decodeEnvelope(body);
    return [data, args, params ?? Buffer.alloc(0)];
  } catch {
    return [body];
  }
}
