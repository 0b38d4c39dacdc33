import type { Identity, Problem } from '@restmapper/core';
import type { Endpoint } from '@restmapper/endpoints';
import type { Holding } from '../request/byte-budget.ts';

/** The state of a request in the gateway; Koa's `ctx.state`. */
export interface RequestState {
  /** A UUIDv7 generated for the request, used where the caller sends no id. */
  readonly ownId: string;
  readonly requestId: string;
  readonly startedEpochMs: number;
  /** The client's address. */
  readonly address: string;
  /** Set once the request is routed. */
  endpoint?: Endpoint;
  /** Set once the caller is known; absent on public endpoints. */
  identity?: Identity | undefined;
  /** Set if the caller's credentials name the call; the same id means the same call, sent again. */
  callId?: string | undefined;
  /** Set if the body was read to verify its signature. */
  body?: Buffer;
  /** Set once the message may have been sent. */
  messageId?: string;
  /** The key for a retry, if that is not the message's id. */
  idempotencyKey?: string | undefined;
  /** Set if the answer replays that of an earlier call with the same key. */
  isRepeated?: boolean;
  /** Set once a worker has answered. */
  isAnswered?: boolean;
  /** Set once something is held for the request. */
  held?: Holding;
  /** Set when the request failed. */
  failure?: { readonly problem: Problem; readonly error: unknown };
}
