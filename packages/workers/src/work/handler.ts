import type { Identity, Log } from '@restmapper/core';
import type { Database } from '../database/database.ts';

/** A call, as a module handler receives it; the generics name the shapes the endpoint's schemas promise. */
export interface Call<Data = unknown, Args = unknown, Params = unknown> {
  readonly data: Data;
  readonly args: Args;
  readonly params: Params;
  /** Who calls; `null` when the endpoint is public. */
  readonly identity: Identity | null;
}

export interface HandlerContext {
  readonly db: Database;
  /** Sends an event to a fanout endpoint of the same file, by its key. */
  readonly publish: (endpoint: string, call: PublishedCall) => Promise<void>;
  readonly request: RequestInfo;
  readonly log: Log;
  /** Aborts at the deadline, and when the process must end. */
  readonly signal: AbortSignal;
  /** When the caller stops waiting, in epoch milliseconds; absent for events. */
  readonly deadlineEpochMs: number | undefined;
}

export interface PublishedCall {
  readonly data?: unknown;
  readonly args?: unknown;
  readonly params?: unknown;
}

export interface RequestInfo {
  readonly messageId: string;
  /** The endpoint's key. */
  readonly endpoint: string;
  readonly requestId: string | undefined;
  readonly attempt: number;
}

/**
 * Works on one call. For an rpc endpoint the value is the reply, any JSON value.
 *
 * @throws Retry, Reject, RequestError; see docs/workers.md for what becomes of the message.
 */
export type Handler<Data = unknown, Args = unknown, Params = unknown, Reply = unknown> = (
  call: Call<Data, Args, Params>,
  context: HandlerContext,
) => Promise<Reply>;

/** The shapes of an endpoint's calls, as `restmapper types` writes them. */
export interface EndpointTypes {
  readonly body: unknown;
  readonly args: unknown;
  readonly params: unknown;
  readonly reply: unknown;
}

/** What a handler returns; of an event, whose callers get `{}`, anything. */
type ReplyOf<E extends EndpointTypes> = [E['reply']] extends [Record<string, never>] ? unknown : E['reply'];

const marker = Symbol.for('restmapper.handler');

/** What a worker's module exports as its default. */
export interface DefinedHandler {
  readonly [marker]: true;
  readonly handle: Handler;
}

/** `Shape` is that of an endpoint's calls, or of their data alone. */
type HandlerOf<Shape, Args, Params, Reply> = [Shape] extends [EndpointTypes]
  ? Handler<Shape['body'], Shape['args'], Shape['params'], ReplyOf<Shape>>
  : Handler<Shape, Args, Params, Reply>;

/**
 * Makes the default export of a worker's module.
 *
 * ```ts
 * import { defineHandler } from 'restmapper/worker';
 *
 * export default defineHandler<{ price: number }>(async ({ data }) => ({ total: data.price * 1.2 }));
 * ```
 *
 * With the types that `restmapper types` writes, `defineHandler<Endpoints['GET /orders/{id}']>` checks the call
 * and the reply.
 */
export function defineHandler<Shape = unknown, Args = unknown, Params = unknown, Reply = unknown>(
  handle: HandlerOf<Shape, Args, Params, Reply>,
): DefinedHandler {
  // The endpoint's schemas checked the call before it reached the bus.
  return { [marker]: true, handle: handle as Handler };
}

/** Whether a module's default export came from {@link defineHandler}, also of another copy of this package. */
export function isDefinedHandler(value: unknown): value is DefinedHandler {
  return typeof value === 'object' && value !== null && marker in value;
}
