import { createMessageId, type Identity } from '@restmapper/core';
import type {
  Call,
  Database,
  HandlerContext,
  PublishedCall,
  RequestInfo,
  SqlValue,
} from '@restmapper/workers/worker';
import { recordLog, type LogLine } from './recorded-log.ts';

/** What a handler under test is given; everything may be left out. */
export interface ContextOptions {
  /** A database, or a stub of the functions that the handler calls. @default one that refuses every statement */
  readonly db?: Partial<Database> | DatabaseStub;
  /** The message that carries the call. @default a first attempt with a new id */
  readonly request?: Partial<RequestInfo>;
  /** The signal that the handler observes. @default one that never aborts */
  readonly signal?: AbortSignal;
  /** When the caller stops waiting, in epoch milliseconds. @default undefined, as for an event */
  readonly deadlineEpochMs?: number;
}

/** The rows that a database answers each statement with. */
export interface DatabaseStub {
  /** Returns the rows of a statement. */
  readonly query: (sql: string, params?: readonly SqlValue[]) => Promise<readonly object[]>;
}

/** An event that a handler under test published. */
export interface PublishedEvent extends PublishedCall {
  /** The endpoint's key. */
  readonly endpoint: string;
}

/** The context of a handler under test, which records what the handler does with it. */
export interface TestContext extends HandlerContext {
  /** The published events, in order. */
  readonly published: readonly PublishedEvent[];
  /** The lines written to `log`, in order. */
  readonly logged: readonly LogLine[];
}

/**
 * Creates the context of a handler, to call it in a unit test without bus and database.
 *
 * ```ts
 * import { createCall, createContext } from 'restmapper/testing';
 * import { defineHandler } from 'restmapper/worker';
 *
 * const handler = defineHandler<{ count: number }>(async ({ data }, { publish }) => {
 *   await publish('POST /audit', { data });
 *   return { cents: data.count * 450 };
 * });
 * const context = createContext();
 * console.log(await handler.handle(createCall({ data: { count: 2 } }), context)); // { cents: 900 }
 * console.log(context.published.length); // 1
 * ```
 */
export function createContext(options: ContextOptions = {}): TestContext {
  const { db = {}, request, signal = new AbortController().signal, deadlineEpochMs } = options;
  const published: PublishedEvent[] = [];
  const { log, lines } = recordLog();
  return {
    db: { ...absent, ...withTransaction(db) },
    publish: async (endpoint, call) => void published.push({ endpoint, ...call }),
    request: {
      messageId: createMessageId(),
      endpoint: 'POST /test',
      requestId: undefined,
      attempt: 1,
      ...request,
    },
    log,
    signal,
    deadlineEpochMs,
    published,
    logged: lines,
  };
}

/** The parts of a call; those that are absent are as a gateway sends them. */
export interface CallOptions<Data, Args, Params> {
  /** @default null */
  readonly data: Data;
  /** @default null */
  readonly args?: Args;
  /** @default {} */
  readonly params?: Params;
  /** @default null, an anonymous caller */
  readonly identity?: Identity | null;
}

/** Creates the call of a handler under test. */
export function createCall<Data = null, Args = null, Params = Record<string, never>>(
  call: Partial<CallOptions<Data, Args, Params>> = {},
): Call<Data, Args, Params> {
  // What is left out has the type of its default.
  const defaults = { data: null, args: null, params: {}, identity: null } as Call<Data, Args, Params>;
  return { ...defaults, ...call };
}

async function refuse(): Promise<never> {
  throw new Error('the handler uses db; pass one to its context: createContext({ db: { query: … } })');
}

const absent: Database = {
  query: refuse,
  transaction: refuse,
  openPipeline: () => ({ query: refuse }),
  close: async () => {},
};

/** A stub of `query` serves transactions too. */
function withTransaction(db: Partial<Database> | DatabaseStub): Partial<Database> {
  // The test knows the type of the rows that it makes up.
  const given = db as Partial<Database>;
  const { query } = given;
  if (!query) return given;
  return { transaction: (work) => work({ query }), openPipeline: () => ({ query }), ...given };
}
