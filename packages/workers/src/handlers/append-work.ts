import { isUtf8 } from 'node:buffer';
import type { Delivery } from '@restmapper/bus';
import type { Queryable } from '../database.ts';
import { Reject } from '../errors.ts';
import { isDeeperThan, maxJsonDepth } from '../json-depth.ts';
import type { DatabaseGate } from '../runtime/database-gate.ts';
import type { Result } from '../runtime/outcome.ts';
import type { Work } from '../runtime/work.ts';
import { appendAccepted } from './append.ts';
import type { Row } from './append.ts';
import type { MessageTable } from './message-table.ts';
import { readEnvelope } from './read-envelope.ts';

export interface AppendOptions {
  /** Runs statements in the order in which they are asked for. */
  readonly db: Queryable;
  readonly table: MessageTable;
  readonly gate: DatabaseGate;
  readonly onStored: (rows: number) => void;
}

interface DeliveredRow extends Row {
  readonly delivery: Delivery;
}

const done: Result = { reply: Buffer.from('{}') };

/**
 * The built-in handler `append`: stores the `data` of each message as a row.
 *
 * A message that was stored before counts as done. One that cannot be stored is rejected, for a
 * reason such as `22P05: unsupported Unicode escape sequence`, and does not keep the others back.
 */
export function createAppendWork({ db, table, gate, onStored }: AppendOptions): Work {
  return async (batch, signal) => {
    const results = new Map<Delivery, Result>();
    const rows: DeliveredRow[] = [];
    for (const delivery of batch) {
      try {
        rows.push(toRow(delivery));
      } catch (error) {
        results.set(delivery, { error });
      }
    }
    const { stored, refused } = await gate.run(() => appendAccepted(db, table, rows), signal);
    for (const { row, reason } of refused) results.set(row.delivery, { error: new Reject(reason) });
    onStored(stored.length);
    return batch.map((delivery) => results.get(delivery) ?? done);
  };
}

/** @throws Reject when the delivery can be no row. */
function toRow(delivery: Delivery): DeliveredRow {
  const data = readEnvelope(delivery, (envelope) => envelope.data);
  // PostgreSQL refuses both, but only for the batch as a whole.
  if (!isUtf8(data)) throw new Reject('22021: the message is not UTF-8');
  if (data.includes(0)) throw new Reject('22021: the message contains a NUL byte');
  if (isDeeperThan(data, maxJsonDepth)) {
    throw new Reject(`54001: the message nests deeper than ${maxJsonDepth} levels`);
  }
  return { delivery, messageId: delivery.messageId, json: data };
}
