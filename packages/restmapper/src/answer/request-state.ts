import type { Identity, Problem } from '@restmapper/core';
import type { Endpoint } from '@restmapper/endpoints';
import type { Holding } from '../request/byte-budget.ts';

/** What is known of a request on its way through the gateway; Koa's `ctx.state`. */
export interface RequestState {
  /** A UUIDv7 made for the request, for whatever the caller gives no id. */
  readonly ownId: string;
  readonly requestId: string;
  readonly startedEpochMs: number;
  /** Where the call comes from. */
  readonly address: string;
  /** Set once the request is routed. */
  endpoint?: Endpoint;
  /** Set once the caller is known; absent on public endpoints. */
  identity?: Identity | undefined;
  /** Set once the message may have been sent. */
  messageId?: string;
  /** What the call is repeated with, where that is not the message's id. */
  idempotencyKey?: string | undefined;
  /** Set when the answer is that of an earlier call with the same key. */
  isRepeated?: boolean;
  /** Set once a worker has answered. */
  isAnswered?: boolean;
  /** Set once something is held for the request. */
  held?: Holding;
  /** Set when the request failed. */
  failure?: { readonly problem: Problem; readonly error: unknown };
}
