import { randomUUID } from 'node:crypto';
import { encodeEnvelope, type Message, openMemoryBus } from '@restmapper/bus';
import { createMessageId } from '@restmapper/core';
import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { use } from '../../../../test/support/use.ts';
import type { Database } from '../../src/database/database.ts';
import { openWorkers, type Workers } from '../../src/runtime/workers.ts';

export interface SqlWorker {
  readonly workers: Workers;
  /** Calls the endpoint; each part is JSON. */
  call(parts?: CallParts): Promise<{ status: unknown; body: string; httpHeaders?: object }>;
}

export interface CallParts {
  readonly data?: string;
  readonly args?: string;
  readonly id?: string;
  readonly timeoutMs?: number;
  readonly key?: string;
}

export interface SqlWorkerOptions {
  readonly statement: string;
  readonly expect?: 'one' | 'many' | 'affected';
  /** More keys of the worker and of the endpoint. */
  readonly more?: object;
  readonly endpoint?: object;
  readonly directory?: string;
}

/** Runs a worker that uses `sql` on `POST /calls/{id}`, whose statement must use `:params.id` if it has one. */
export async function useSqlWorker(
  db: Database,
  { statement, expect = 'one', more, endpoint, directory = '/app' }: SqlWorkerOptions,
): Promise<SqlWorker> {
  const isWithId = statement.includes(':params.id') || statement.startsWith('./id-');
  const key = isWithId ? 'POST /calls/{id}' : 'POST /calls';
  const text = JSON.stringify({
    endpoints: {
      [key]: {
        rpc: { timeout: '10s' },
        body: true,
        query: { additionalProperties: true },
        ...endpoint,
      },
    },
    workers: { calls: { on: key, use: 'sql', statement, expect, ...more } },
  });
  const model = parseEndpoints(text, { file: 'endpoints.yaml', directory });
  const bus = use(openMemoryBus({ topology: topologyOf(model) }), (bus) => bus.close({ timeoutMs: 1000 }));
  const workers = use(await openWorkers({ model, bus, db }), (workers) => workers.close({ timeoutMs: 1000 }));
  await workers.ready;
  return {
    workers,
    async call({ data = 'null', args = 'null', id, timeoutMs = 5_000, key: idempotencyKey } = {}) {
      const body = encodeEnvelope({
        data: Buffer.from(data),
        args: Buffer.from(args),
        params: id === undefined ? undefined : Buffer.from(JSON.stringify({ id })),
      });
      const headers: Message['headers'] = idempotencyKey === undefined ? {} : { 'idempotency-key': 'k' };
      const message = {
        body,
        messageId: idempotencyKey ?? createMessageId(),
        type: key,
        timestampMs: Date.now(),
        headers,
      };
      const exchange = isWithId ? '/calls/{id}:POST' : '/calls:POST';
      const reply = await bus.request(exchange, message, { deadlineEpochMs: Date.now() + timeoutMs });
      const { status, httpHeaders } = reply;
      return { status, body: String(reply.body), ...(httpHeaders && { httpHeaders: { ...httpHeaders } }) };
    },
  };
}

/** A name that no other test uses. */
export function uniqueName(prefix: string): string {
  return `${prefix}_${randomUUID().replaceAll('-', '')}`;
}
