import { isUtf8 } from 'node:buffer';
import { decodeEnvelope } from '@restmapper/bus';
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
      const reason = parse(delivery, rows);
      if (reason !== undefined) results.set(delivery, { error: new Reject(reason) });
    }
    const { stored, refused } = await gate.run(() => appendAccepted(db, table, rows), signal);
    for (const { row, reason } of refused) results.set(row.delivery, { error: new Reject(reason) });
    onStored(stored.length);
    return batch.map((delivery) => results.get(delivery) ?? done);
  };
}

/** Adds the delivery's row, or gives the reason why it has none. */
function parse(delivery: Delivery, rows: DeliveredRow[]): string | undefined {
  const data = readData(delivery);
  if (!data) return 'the message is not an envelope';
  // PostgreSQL refuses both, but only for the batch as a whole.
  if (!isUtf8(data)) return '22021: the message is not UTF-8';
  if (data.includes(0)) return '22021: the message contains a NUL byte';
  if (isDeeperThan(data, maxJsonDepth)) return `54001: the message nests deeper than ${maxJsonDepth} levels`;
  rows.push({ delivery, messageId: delivery.messageId, json: data });
  return undefined;
}

function readData({ body }: Delivery): Buffer | undefined {
  try {
    return decodeEnvelope(body).data;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
