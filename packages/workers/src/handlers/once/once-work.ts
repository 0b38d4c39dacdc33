import { createHash } from 'node:crypto';
import { decodeEnvelope, type Delivery } from '@restmapper/bus';
import { requestError, RequestError } from '@restmapper/core';
import type { Database, Queryable } from '../../database/database.ts';
import { errorAnswer } from '../../work/outcome.ts';
import type { HandlerReply } from '../../work/outcome.ts';
import type { WorkOne } from '../../work/work.ts';
import {
  blameInbox,
  deleteExpired,
  enter,
  findAnswer,
  type InboxEntry,
  isAlone,
  keepAnswer,
  type StoredAnswer,
} from './inbox.ts';
import { MessageTransaction, type WorkScope } from './message-transaction.ts';

export interface OnceOptions {
  readonly worker: string;
  readonly db: Database;
  readonly keepMs: number;
  /** Whether the work begins with a statement, so that it is not asked before whether it was done. @default false */
  readonly beginsWithStatement?: boolean;
}

/** Processes a delivery with a given database. */
export type WorkWithin = (delivery: Delivery, signal: AbortSignal, scope: WorkScope) => Promise<HandlerReply>;

/** The minimum interval between deletions of expired entries. */
const deleteEveryMs = 60_000;

/** The gateway's header for a request whose id the caller chose. */
const idempotencyKey = 'idempotency-key';

/**
 * Wraps work so that it takes effect once: its statements are one transaction with the record of its answer, which the
 * first of them opens.
 *
 * | the message | what happens |
 * |---|---|
 * | is new, or failed before | it is processed; the answer is stored in the same transaction |
 * | was processed before | the stored answer is returned |
 * | is a request with a key, and is being processed | 409 `IDEMPOTENCY_IN_FLIGHT` |
 * | is a request with a key that was used for different content | 422 `IDEMPOTENCY_KEY_REUSED` |
 *
 * An answer is the work's return value, or a RequestError below 500, which rolls back the work. Any other
 * error rolls back everything, and the message may be redelivered.
 */
export function createOnceWork(work: WorkWithin, options: OnceOptions): WorkOne {
  const { worker, db, keepMs, beginsWithStatement = false } = options;
  const inWork = new Set<string>();
  const deleteInPassing = createSweep(db);

  const run = async (delivery: Delivery, signal: AbortSignal): Promise<HandlerReply> => {
    const entry = { worker, messageId: delivery.messageId, fingerprint: fingerprintOf(delivery), keepMs };
    const message = { entry, delivery };
    const known = beginsWithStatement ? undefined : await findAnswer(db, entry).catch(blameInbox);
    if (known) return repeat(known, message);
    const transaction = new MessageTransaction(db, (tx) => begin(tx, message));
    try {
      const answer = await work(delivery, signal, transaction).catch(async (error: unknown) => {
        const lasting = lastingAnswer(error, delivery);
        await transaction.undo();
        return lasting;
      });
      await transaction.commit((tx) => keepAnswer(tx, entry, answer));
      return answer;
    } catch (error) {
      const cause = await transaction.rollback(error);
      if (cause instanceof ProcessedBefore) return repeat(cause.known, message);
      throw cause;
    }
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

/** Deletes expired entries when it is called, at most once a minute. */
function createSweep(db: Database): () => void {
  let deleteAtMs = 0;
  return () => {
    if (performance.now() < deleteAtMs) return;
    deleteAtMs = performance.now() + deleteEveryMs;
    // Nothing depends on it: remaining entries are deleted later.
    deleteExpired(db).catch(() => undefined);
  };
}

interface Message {
  readonly entry: InboxEntry;
  readonly delivery: Delivery;
}

/** Records the message. @throws ProcessedBefore, RequestError IDEMPOTENCY_IN_FLIGHT, DatabaseError */
async function begin(tx: Queryable, { entry, delivery }: Message): Promise<void> {
  if (isKeyed(delivery) && !(await isAlone(tx, entry)) && !delivery.redelivered) throw inFlight();
  const known = await enter(tx, entry).catch(blameInbox);
  if (known) throw new ProcessedBefore(known);
}

/** Meanwhile another process has processed the message. */
class ProcessedBefore extends Error {
  readonly known: StoredAnswer;

  constructor(known: StoredAnswer) {
    super('another process has processed the message');
    this.known = known;
  }
}

function isKeyed({ wantsReply, headers }: Delivery): boolean {
  return wantsReply && headers[idempotencyKey] !== undefined;
}

function repeat(known: StoredAnswer, { entry, delivery }: Message): HandlerReply {
  if (isKeyed(delivery) && !known.fingerprint.equals(entry.fingerprint)) {
    throw requestError('IDEMPOTENCY_KEY_REUSED', {
      detail: 'the Idempotency-Key was used with a different body, query, path or declared header',
    });
  }
  return { ...known.answer, isRepeated: true };
}

/** The error as a stored answer; rethrows errors that a retry may fix. */
function lastingAnswer(error: unknown, { wantsReply }: Delivery): HandlerReply {
  if (wantsReply && error instanceof RequestError && error.status < 500) return errorAnswer(error);
  throw error;
}

function inFlight(): RequestError {
  return requestError('IDEMPOTENCY_IN_FLIGHT', {
    detail: 'a call with this Idempotency-Key is still running; retry when it is answered',
  });
}

/** A hash of the caller's input, without its identity. */
function fingerprintOf({ body }: Delivery): Buffer {
  const hash = createHash('sha256');
  for (const part of partsOf(body)) hash.update(`${part.length}:`).update(part);
  return hash.digest();
}

/** A body that is not an envelope is hashed unchanged, and refused later. */
function partsOf(body: Buffer): readonly Buffer[] {
  try {
    const { data, encoding, args, params, headers } = decodeEnvelope(body);
    const others = [headers, encoding && Buffer.from(encoding)].filter((part) => part !== undefined);
    return [data, args, params ?? Buffer.alloc(0), ...others];
  } catch {
    return [body];
  }
}
