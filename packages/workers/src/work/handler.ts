import type { CloudEvent, Identity, Log } from '@restmapper/core';
import type { Database } from '../database/database.ts';
import type { AnyPlugins, Plugins } from './plugins.ts';
import type { FullReply } from './reply.ts';

/** A call as passed to a module handler; the generics are the types that the endpoint's schemas guarantee. */
export interface Call<Data = unknown, Args = unknown, Params = unknown, Headers = unknown> {
  /** The body: a JSON value, a string for text, a `Buffer` for any other; `null` if the call has none. */
  readonly data: Data;
  /** The body as sent, for signatures; only if the endpoint has `raw: true`. */
  readonly raw?: Buffer;
  /** The query; `null` if the endpoint has none. */
  readonly args: Args;
  /** The parameters of the path; `{}` if it has none. */
  readonly params: Params;
  /** The headers that the endpoint declares, by lower-case name; `{}` if it declares none. */
  readonly headers: Headers;
  /** The caller; `null` on a public endpoint. */
  readonly identity: Identity | null;
  /** The attributes of the message, if it is a CloudEvent. */
  readonly cloudEvent?: CloudEvent;
}

/** The shapes of a source's calls, as `restmapper types` writes them. */
export interface EndpointTypes {
  readonly body: unknown;
  /** The body as handlers get it; absent: the same. */
  readonly data?: unknown;
  readonly query?: unknown;
  readonly args: unknown;
  readonly params: unknown;
  /** Absent from types that were written before there were headers. */
  readonly headers?: unknown;
  readonly reply: unknown;
}

/** Options that are known only when the file is read. */
export type AnyOptions = Readonly<Record<string, unknown>>;

/** Sources that are known only when the file is read. */
export type AnySources = Readonly<Record<string, EndpointTypes>>;

/**
 * What a handler receives besides the call; `Sources` are the types of what it publishes and asks, `Options` that of
 * what the file passes to it, `Groups` those of the plugins in each group.
 */
export interface HandlerContext<Sources = AnySources, Options = AnyOptions, Groups = AnyPlugins> {
  /** PostgreSQL; with `once: true` on the worker, the transaction of the message, which the first statement opens. */
  readonly db: Database;
  /**
   * Publishes an event to a fanout source of the same file, by its key; resolves when the broker has confirmed it.
   *
   * @throws TypeError if the call violates the source's schemas, BusError if the event cannot be published.
   */
  readonly publish: Publish<Sources>;
  /**
   * Asks the worker of an rpc source of the same file, by its key; resolves with the value of its reply.
   *
   * The request has the trace, the request id and the caller's identity, and ends no later than this call does.
   * @throws RequestError for the worker's error, and BAD_REPLY or LOOP; BusError if there is no worker, or no reply in
   * time; TypeError if the call violates the source's schemas, or a transaction of `once: true` is open.
   */
  readonly request: Ask<Sources>;
  /** The message that carries the call. */
  readonly message: MessageInfo;
  /** What the file passes to the module by `with`; frozen. `{}` without it. */
  readonly options: Options;
  /** The plugins of the file, by group and name: `plugins.checks.get('tcp')`; `undefined` if there is none of a name. */
  readonly plugins: Plugins<Groups>;
  /** The log of the process; each line gets the worker's name, the message's id and the request's id. */
  readonly log: Log;
  /** Aborts at the deadline, and when the process must stop. */
  readonly signal: AbortSignal;
  /** When the caller stops waiting, in epoch milliseconds; absent for events. */
  readonly deadlineEpochMs: number | undefined;
}

/** The parts of a call that a handler sends; absent parts are as a gateway sends them. */
export interface PublishedCall {
  /** @default null */
  readonly data?: unknown;
  /** The defaults of absent ones are filled in. @default null */
  readonly args?: unknown;
  /** @default {} */
  readonly params?: unknown;
  /** The values of declared headers, by lower-case name. @default {} */
  readonly headers?: unknown;
}

/** A part that may be absent if it can be null or empty. */
type Part<Name extends string, Value> =
  CanBeAbsent<Value> extends true ? { readonly [Key in Name]?: Value } : { readonly [Key in Name]: Value };

type CanBeAbsent<Value> = null extends Value
  ? true
  : [Value] extends [Record<string, never>]
    ? true
    : object extends Value
      ? true
      : false;

/** The call of a source, as a handler sends it. */
export type CallTo<Source> = Source extends EndpointTypes
  ? Part<'data', Source['body']> &
      Part<'args', Source['query']> &
      Part<'params', Source['params']> &
      Part<'headers', Source['headers']>
  : never;

/** The reply of a source. */
export type ReplyFrom<Source> = Source extends EndpointTypes ? Source['reply'] : never;

/** Publishes an event to one of some sources; to any, if their types are unknown. */
export type Publish<Sources = AnySources> = AnySources extends Sources
  ? (source: string, call: PublishedCall) => Promise<void>
  : <Key extends keyof Sources & string>(source: Key, call: CallTo<Sources[Key]>) => Promise<void>;

/** Asks the worker of one of some sources; of any, if their types are unknown. */
export type Ask<Sources = AnySources> = AnySources extends Sources
  ? (source: string, call?: PublishedCall, options?: AskOptions) => Promise<unknown>
  : <Key extends keyof Sources & string>(
      source: Key,
      call: CallTo<Sources[Key]>,
      options?: AskOptions,
    ) => Promise<ReplyFrom<Sources[Key]>>;

/** How a handler asks another worker. */
export interface AskOptions {
  /** How long it waits, at most. @default until the deadline of its own call, or the timeout of the source */
  readonly timeoutMs?: number;
  /** Whether the other worker learns who the caller is. @default true */
  readonly identity?: boolean;
  /** Ends the wait when it aborts, besides the handler's own signal. */
  readonly signal?: AbortSignal;
}

/** The message that carries a call. */
export interface MessageInfo {
  /** A UUID; the same when the message is redelivered. */
  readonly id: string;
  /** The key of the source it was sent to: `POST /orders`, or the name of an internal source. */
  readonly source: string;
  /**
   * The routing key that it was published with: that of another application's message, the name of the exchange for a
   * request, `''` for an event of this file.
   */
  readonly routingKey: string;
  /** The name of the worker that processes it. */
  readonly worker: string;
  /** The `X-Request-Id` of the HTTP request. */
  readonly requestId: string | undefined;
  /** Counts from 1. */
  readonly attempt: number;
}

/**
 * Handles one call. For an rpc endpoint the return value is the reply: any JSON value, or a {@link FullReply}.
 *
 * @throws Retry, Reject, RequestError; see docs/workers.md for what happens to the message.
 */
export type Handler<
  Data = unknown,
  Args = unknown,
  Params = unknown,
  Reply = unknown,
  Sources = AnySources,
  Options = AnyOptions,
  Headers = unknown,
  Groups = AnyPlugins,
> = (
  call: Call<Data, Args, Params, Headers>,
  context: HandlerContext<Sources, Options, Groups>,
) => Promise<Reply | FullReply<Reply | null>>;

/** A handler's return type; anything for an event, whose callers get `{}`. */
type ReplyOf<E extends EndpointTypes> = [E['reply']] extends [Record<string, never>] ? unknown : E['reply'];

const marker = Symbol.for('restmapper.handler');

/** The default export of a worker's module. */
export interface DefinedHandler {
  readonly [marker]: true;
  readonly handle: Handler;
}

type DataOf<E extends EndpointTypes> = E extends { readonly data: unknown } ? E['data'] : E['body'];

/**
 * Either the types of a source's calls, of all sources, of the options and of the plugins, or the types of the parts of a
 * call.
 */
type HandlerOf<Shape, Second, Third, Fourth> = [Shape] extends [EndpointTypes]
  ? Handler<
      DataOf<Shape>,
      Shape['args'],
      Shape['params'],
      ReplyOf<Shape>,
      unknown extends Second ? AnySources : Second,
      unknown extends Third ? AnyOptions : Third,
      Shape['headers'],
      unknown extends Fourth ? AnyPlugins : Fourth
    >
  : Handler<Shape, Second, Third, Fourth>;

/**
 * Creates the default export of a worker's module.
 *
 * ```ts
 * import { defineHandler } from 'restmapper/worker';
 *
 * export default defineHandler<{ price: number }>(async ({ data }) => ({ total: data.price * 1.2 }));
 * ```
 *
 * With the types generated by `restmapper types`, `defineHandler<Sources['GET /orders/{id}'], Sources>` checks the
 * call and the reply, and what the handler publishes and asks; the second may be left out. A third is the type of
 * `options`, a fourth has that of the plugins in each group. Without them, the
 * parameters are the types of the call's `data`, `args` and `params`, and of the reply.
 */
export function defineHandler<Shape = unknown, Second = unknown, Third = unknown, Fourth = unknown>(
  handle: HandlerOf<Shape, Second, Third, Fourth>,
): DefinedHandler {
  // The gateway validated the call before it reached the bus.
  return { [marker]: true, handle: handle as Handler };
}

/**
 * Whether a module's default export came from {@link defineHandler}, even of another copy of this package.
 */
export function isDefinedHandler(value: unknown): value is DefinedHandler {
  return typeof value === 'object' && value !== null && marker in value;
}
