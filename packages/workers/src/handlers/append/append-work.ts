import { isUtf8 } from 'node:buffer';
import { findUnboundedNumber, isDeeperThan } from '@restmapper/core';
import type { Delivery, Envelope } from '@restmapper/bus';
import type { Column } from '@restmapper/endpoints';
import type { Queryable } from '../../database/database.ts';
import { DatabaseError } from '../../database/database-error.ts';
import { Reject } from '../../work/errors.ts';
import { maxJsonDepth } from '../../database/max-json-depth.ts';
import type { HandlerResult } from '../../work/outcome.ts';
import type { Work } from '../../work/work.ts';
import type { WorkerGate } from '../../work/worker-gate.ts';
import { appendInto, type AppendResult } from './append.ts';
import { createColumnReader } from './read-columns.ts';
import type { Row } from './row.ts';
import type { MessageTable } from '../../database/message-table.ts';
import { readEnvelope } from '../../work/read-envelope.ts';
import { Turns } from './turns.ts';

export interface AppendOptions {
  /** Runs statements in call order. */
  readonly db: Queryable;
  readonly table: MessageTable;
  /** Where the values of the table's further columns are in a message. @default none */
  readonly columns?: readonly Column[];
  readonly gate: WorkerGate;
  readonly onStored: (rows: number) => void;
}

interface DeliveredRow extends Row {
  readonly delivery: Delivery;
}

const done: HandlerResult = { reply: Buffer.from('{}') };

/** How many consecutive single rows must fail before the worker reports a problem with its table. */
const suspicious = 3;

/**
 * The built-in handler `append`: stores the `data` of each message as a row.
 *
 * A message that is already stored is acknowledged. One that cannot be stored is rejected, with a reason such
 * as `22P05: unsupported Unicode escape sequence`; one that a trigger or policy of the table refuses has
 * failed. Neither blocks the others.
 */
export function createAppendWork({ db, table, columns = [], gate, onStored }: AppendOptions): Work {
  const turns = new Turns();
  const toRow = createRowReader(columns);
  const answers = (lost: DatabaseError) => gate.answers(lost);
  const append = (rows: readonly DeliveredRow[], signal: AbortSignal) =>
    turns.take(async (inTurn) => {
      try {
        return await gate.run(() => inTurn(() => appendInto({ db, table }, rows)), signal);
      } catch (error) {
        if (!(error instanceof DatabaseError) || error.kind !== 'away') throw error;
        // It lost a responding database too often: one of its rows is at fault.
        return await gate.run(() => inTurn(() => appendInto({ db, table, answers }, rows)), signal);
      }
    });
  const watch = createWatch(table, gate);
  return async (batch, signal) => {
    const results = new Map<Delivery, HandlerResult>();
    const rows: DeliveredRow[] = [];
    for (const delivery of batch) {
      try {
        rows.push(toRow(delivery));
      } catch (error) {
        results.set(delivery, { error });
      }
    }
    const result = await append(rows, signal);
    for (const { row, reason, isLasting } of result.refused) {
      results.set(row.delivery, { error: isLasting ? new Reject(reason) : new RowFailure(reason) });
    }
    watch(result);
    onStored(result.stored.length);
    return batch.map((delivery) => results.get(delivery) ?? done);
  };
}

/** The table refuses the row; it may be accepted later. */
class RowFailure extends Error {
  override readonly name = 'RowFailure';
}

/** Records at the gate why a worker stores nothing. */
function createWatch(table: MessageTable, gate: WorkerGate): (result: AppendResult<DeliveredRow>) => void {
  let failed = 0;
  return ({ stored, refused }) => {
    // Redelivered messages were counted the first time.
    const failures = refused.filter(({ row, isLasting }) => !isLasting && row.delivery.attempt === 1);
    if (stored.length > 0) failed = 0;
    else failed += failures.length;
    if (failed === 0) gate.remark(undefined);
    else if (failures.length > 0 && failed >= suspicious)
      gate.remark(`the table ${table.name} takes no row: ${failures.at(-1)?.reason}`);
  };
}

/** Creates the reader of deliveries, which throws Reject if one cannot be a row. */
function createRowReader(columns: readonly Column[]): (delivery: Delivery) => DeliveredRow {
  if (columns.length === 0) {
    return (delivery) => ({
      delivery,
      messageId: delivery.messageId,
      json: readEnvelope(delivery, readData),
    });
  }
  const readColumns = createColumnReader(columns);
  return (delivery) =>
    readEnvelope(delivery, (envelope) => ({
      delivery,
      messageId: delivery.messageId,
      json: readData(envelope),
      columns: readColumns(envelope),
    }));
}

/** @throws Reject if PostgreSQL cannot store it. */
function readData({ data }: Envelope): Buffer {
  // PostgreSQL refuses both, but only with the whole batch.
  if (!isUtf8(data)) throw new Reject('22021: the message is not UTF-8');
  if (data.includes(0)) throw new Reject('22021: the message contains a NUL byte');
  if (isDeeperThan(data, maxJsonDepth)) {
    throw new Reject(`54001: the message nests deeper than ${maxJsonDepth} levels`);
  }
  const unbounded = findUnboundedNumber(data);
  if (unbounded !== undefined) throw new Reject(`22003: a number of the message has ${unbounded}`);
  return data;
}
