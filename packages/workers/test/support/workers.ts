import { createMessageId } from '@restmapper/core';
import {
  type Bus,
  type Delivery,
  encodeEnvelope,
  type Message,
  openMemoryBus,
  type Reply,
} from '@restmapper/bus';
import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
import type { Model } from '@restmapper/endpoints';
import { use } from '../../../../test/support/use.ts';
import type { Database } from '../../src/database/database.ts';
import { defineHandler } from '../../src/work/handler.ts';
import type { Handler } from '../../src/work/handler.ts';
import { openWorkers } from '../../src/runtime/workers.ts';
import type { Workers, WorkersOptions } from '../../src/runtime/workers.ts';

/** The shipped application, and one endpoint of each kind for handlers of modules. */
const file = `
endpoints:
  POST /messages/:
    fanout: true
    body: { type: object }
  GET /messages/:
    rpc: { timeout: 10s }
    query:
      properties:
        offset: { type: integer }
        limit: { type: integer }
        paginationId: { type: integer }
  POST /events:
    fanout: true
    body: true
  POST /calls/{id}:
    rpc: true
    body: true
    produces: [application/json, text/csv]
    replyHeaders: [x-total]
workers:
  append: { on: POST /messages/, use: append, table: message, batch: { size: 100, wait: 5ms } }
  page: { on: GET /messages/, use: page, table: message }
  event: { on: POST /events, use: ./event.ts, retries: 1 }
  once: { on: POST /events, use: ./once.ts, queue: once, retries: 1, once: true }
  call: { on: "POST /calls/{id}", use: ./call.ts }
`;

export const testModel: Model = parseEndpoints(file, { file: 'endpoints.yaml', directory: '/app' });

export interface Rig {
  readonly bus: Bus;
  readonly workers: Workers;
  /** Sends an event to an endpoint; returns its message id. */
  publish(key: string, data: string | Buffer, message?: Partial<Message>): Promise<string>;
  /** Sends a request to an endpoint; returns status and body. */
  request(key: string, parts?: RequestParts): Promise<{ status: Reply['status']; body: string }>;
  /** The dead letters of an endpoint's queue, as they arrive. */
  deadLetters(key: string): readonly Delivery[];
}

export interface RequestParts {
  readonly data?: string;
  readonly args?: string;
  readonly params?: string;
  readonly identity?: string;
  /** The declared headers of the call. */
  readonly declared?: string;
  readonly encoding?: 'text' | 'base64';
  readonly timeoutMs?: number;
  readonly headers?: Message['headers'];
}

export interface RigOptions extends Partial<WorkersOptions> {
  readonly db: Database;
  /** The functions of the modules `event` and `call`. */
  readonly event?: Handler;
  readonly call?: Handler;
  /** The function of the module `once`, which runs once. */
  readonly once?: Handler;
}

/** Runs workers on a bus in memory, closed after the test. */
export async function useWorkers({
  event,
  call,
  once,
  model = testModel,
  ...options
}: RigOptions): Promise<Rig> {
  const bus = use(openMemoryBus({ topology: topologyOf(model) }), (bus) => bus.close({ timeoutMs: 1000 }));
  const handlers: Readonly<Record<string, Handler | undefined>> = {
    '/app/event.ts': event,
    '/app/call.ts': call,
    '/app/once.ts': once,
  };
  const loadModule = async (path: string) => ({
    default: defineHandler(handlers[path] ?? (() => Promise.resolve())),
  });
  const workers = use(await openWorkers({ model, bus, loadModule, ...options }), (workers) =>
    workers.close({ timeoutMs: 1000 }),
  );
  return { bus, workers, ...createCallers(bus, model) };
}

function createCallers(bus: Bus, model: Model): Pick<Rig, 'publish' | 'request' | 'deadLetters'> {
  const exchangeOf = (key: string): string => exchangeIn(model, key);
  return {
    async publish(key, data, fields = {}) {
      const message = createMessage(key, { data: Buffer.from(data) });
      await bus.publish(exchangeOf(key), { ...message, ...fields }, { deadlineEpochMs: Date.now() + 5000 });
      return message.messageId;
    },
    async request(key, parts = {}) {
      const {
        data = 'null',
        args = 'null',
        params,
        declared,
        identity,
        encoding,
        timeoutMs = 5000,
        headers = {},
      } = parts;
      const message = createMessage(key, {
        data: Buffer.from(data),
        encoding,
        args: Buffer.from(args),
        params: params === undefined ? undefined : Buffer.from(params),
        identity: identity === undefined ? undefined : Buffer.from(identity),
        headers: declared === undefined ? undefined : Buffer.from(declared),
      });
      const options = { deadlineEpochMs: Date.now() + timeoutMs };
      const reply: Reply = await bus.request(exchangeOf(key), { ...message, headers }, options);
      return { status: reply.status, body: String(reply.body) };
    },
    deadLetters(key) {
      const letters: Delivery[] = [];
      const handle = async (batch: readonly Delivery[]) => {
        letters.push(...batch);
        return batch.map(() => ({ kind: 'ack' }) as const);
      };
      bus.consume(`${exchangeOf(key)}.dead`, handle, { batchSize: 100 });
      return letters;
    },
  };
}

function createMessage(type: string, parts: Partial<Parameters<typeof encodeEnvelope>[0]>): Message {
  const empty = Buffer.from('null');
  return {
    body: encodeEnvelope({ data: empty, args: empty, ...parts }),
    messageId: createMessageId(),
    type,
    timestampMs: Date.now(),
    headers: {},
  };
}

function exchangeIn(model: Model, key: string): string {
  const endpoint = model.endpoints.find((candidate) => candidate.key === key);
  if (!endpoint) throw new Error(`no endpoint ${key}`);
  return endpoint.exchange;
}
