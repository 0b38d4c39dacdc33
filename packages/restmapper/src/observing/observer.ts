import type { IncomingMessage } from 'node:http';
import { createMessageId, type Log } from '@restmapper/core';
import type { Middleware } from 'koa';
import { logRequest } from './access-log.ts';
import type { GatewayMetrics } from './metrics.ts';
import { startServerSpan } from './server-span.ts';
import { requestIdFrom } from '../request/request-id.ts';
import type { RequestState } from '../answer/request-state.ts';

export interface ObserverOptions {
  readonly log: Log;
  readonly metrics: GatewayMetrics;
  /** The client's address. */
  readonly clientAddress: (request: IncomingMessage) => string;
}

/** Marks a request as an automatic poll by the page. */
const pollHeader = 'x-restmapper-poll';

/** Creates the outermost middleware: assigns request ids, and counts, logs and traces requests. */
export function createObserver({ log, metrics, clientAddress }: ObserverOptions): Middleware<RequestState> {
  return async (context, next) => {
    const ownId = createMessageId();
    const requestId = requestIdFrom(context.req.headers['x-request-id'], ownId);
    const address = clientAddress(context.req);
    const state: RequestState = { ownId, requestId, startedEpochMs: Date.now(), address };
    const started = performance.now();
    context.state = state;
    context.res.setHeader('x-request-id', requestId);
    metrics.begin();
    const span = startServerSpan(context.req);
    await (span ? span.run(next) : next());
    const served = {
      endpoint: state.endpoint?.key ?? 'none',
      method: context.method,
      status: context.status,
      seconds: (performance.now() - started) / 1000,
    };
    metrics.end({ ...served, isPoll: context.req.headers[pollHeader] !== undefined });
    logRequest(log, served, state);
    span?.end(served, state);
  };
}
