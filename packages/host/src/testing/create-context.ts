import { createMessageId, type Identity, RequestError } from '@restmapper/core';
import type {
  Call,
  Database,
  AskOptions,
  HandlerContext,
  MessageInfo,
  PublishedCall,
  SqlValue,
} from '@restmapper/workers/worker';
import { createPlugins } from '@restmapper/workers';
import { recordLog, type LogLine } from './recorded-log.ts';
import type { StubReply } from './test-system.ts';

/** What a handler under test is given; everything may be left out. */
export interface ContextOptions {
  /** A database, or a stub of the functions that the handler calls. @default one that refuses every statement */
  readonly db?: Partial<Database> | DatabaseStub;
  /** The message that carries the call. @default a first attempt with a new id */
  readonly message?: Partial<MessageInfo>;
  /**
   * The replies of other workers, by the source that is asked: a value, or a function of the call. A `RequestError`,
   * returned or thrown, is the error of the other worker. @default none, so that `request` throws
   */
  readonly replies?: Readonly<Record<string, StubReply>>;
  /** What the file passes to the handler. @default {} */
  readonly options?: Readonly<Record<string, unknown>>;
  /** The plugins of the file, by group and name. @default none */
  readonly plugins?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
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
  /** The key of the source. */
  readonly endpoint: string;
}

/** What a handler under test asked of another worker. */
export interface SentRequest extends PublishedCall, AskOptions {
  /** The key of the source. */
  readonly endpoint: string;
}

/** The context of a handler under test, which records what the handler does with it. */
export interface TestContext extends HandlerContext {
  /** The published events, in order. */
  readonly published: readonly PublishedEvent[];
  /** What was asked of other workers, in order. */
  readonly requested: readonly SentRequest[];
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
export function createContext(given: ContextOptions = {}): TestContext {
  const { db = {}, message, replies = {}, options = {}, plugins = {}, deadlineEpochMs } = given;
  const { signal = new AbortController().signal } = given;
  const published: PublishedEvent[] = [];
  const requested: SentRequest[] = [];
  const { log, lines } = recordLog();
  return {
    db: { ...absent, ...withTransaction(db) },
    publish: async (endpoint, call) => void published.push({ endpoint, ...call }),
    request: async (endpoint, call, how) => {
      requested.push({ endpoint, ...call, ...how });
      return await replyTo(endpoint, call, replies);
    },
    message: {
      id: createMessageId(),
      source: 'POST /test',
      routingKey: '',
      worker: 'test',
      requestId: undefined,
      attempt: 1,
      ...message,
    },
    options: Object.freeze({ ...options }),
    plugins: createPlugins(
      Object.entries(plugins).map(([group, members]) => [group, Object.entries(members)]),
    ),
    log,
    signal,
    deadlineEpochMs,
    published,
    requested,
    logged: lines,
  };
}

/** @throws RequestError, the other worker's; Error if the test has no reply. */
async function replyTo(
  source: string,
  call: PublishedCall = {},
  replies: Readonly<Record<string, StubReply>>,
): Promise<unknown> {
  if (!Object.hasOwn(replies, source)) {
    throw new Error(
      `the handler asks ${source}; pass a reply: createContext({ replies: { '${source}': … } })`,
    );
  }
  const stub = replies[source];
  const reply = typeof stub === 'function' ? await (stub as (call: PublishedCall) => unknown)(call) : stub;
  if (reply instanceof RequestError) throw reply;
  return reply;
}

/** The parts of a call; those that are absent are as a gateway sends them. */
export interface CallOptions<Data, Args, Params, Headers> {
  /** @default null */
  readonly data: Data;
  /** @default null */
  readonly args?: Args;
  /** @default {} */
  readonly params?: Params;
  /** The declared headers, by lower-case name. @default {} */
  readonly headers?: Headers;
  /** @default null, an anonymous caller */
  readonly identity?: Identity | null;
}

/** Creates the call of a handler under test. */
export function createCall<
  Data = null,
  Args = null,
  Params = Record<string, never>,
  Headers = Record<string, never>,
>(call: Partial<CallOptions<Data, Args, Params, Headers>> = {}): Call<Data, Args, Params, Headers> {
  const defaults = { data: null, args: null, params: {}, headers: {}, identity: null };
  // What is left out has the type of its default.
  return { ...(defaults as Call<Data, Args, Params, Headers>), ...call };
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
