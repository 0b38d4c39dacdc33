import type { ParameterizedContext } from 'koa';
import { problemFor } from './problem-for.ts';
import { AnswerStream } from './answer-stream.ts';
import { formatProblem } from '@restmapper/core';
import type { Answer } from './reply-reader.ts';
import { endAfterRequest } from './linger.ts';
import type { RequestState } from './request-state.ts';

type Context = ParameterizedContext<RequestState>;

/**
 * Marks a replayed answer (draft-ietf-httpapi-idempotency-key-header defines no header; this one is common).
 */
const repeatedHeader = 'idempotency-replayed';

/** Sends a success. */
export function send(context: Context, { status, body, contentType, headers }: Answer): void {
  context.status = status;
  if (context.state.isRepeated) context.set(repeatedHeader, 'true');
  if (headers) setHeaders(context, headers);
  if (body === undefined) return;
  context.set('content-type', contentType ?? 'application/json');
  if (typeof body === 'string') {
    context.body = body;
    return;
  }
  context.body = new AnswerStream(body);
  context.length = body.length;
}

/** Sends the problem for an error, with the message id if its outcome is unknown. */
export function sendProblem(context: Context, error: unknown): void {
  const { state } = context;
  const problem = problemFor(error);
  state.failure = { problem, error };
  const { requestId, messageId, idempotencyKey } = state;
  const isRepeatable = problem.status === 504 || (state.isAnswered && problem.code === 'OVERLOADED');
  const unknown = isRepeatable ? { messageId, idempotencyKey } : {};
  context.status = problem.status;
  if (state.isRepeated) context.set(repeatedHeader, 'true');
  setHeaders(context, problem.headers);
  context.set('content-type', 'application/problem+json');
  const body = formatProblem(problem, { requestId, ...unknown });
  context.body = body;
  if (!context.req.complete) sendEarly(context, body, problem.code !== 'OVERLOADED');
}

/** Sets the headers of a worker, which the calling page may read. */
function setHeaders(context: Context, { vary, ...headers }: Readonly<Record<string, string>>): void {
  if (vary !== undefined) context.vary(vary);
  expose(context, Object.keys(headers));
  context.set(headers);
}

/** Exposes these headers to the calling page, if it may read the answer. */
function expose({ response }: Context, names: readonly string[]): void {
  const exposed = response.get('access-control-expose-headers');
  if (!exposed || names.length === 0) return;
  response.set('access-control-expose-headers', [exposed, ...names].join(', '));
}

/**
 * Answers a caller that is still sending, and ends the connection.
 *
 * Closing at once would reset the connection, and the caller might never see the answer; further input is
 * discarded, unless reading it would take memory that is short.
 * @see RFC 9112, section 9.6
 */
function sendEarly(context: Context, body: string, discards: boolean): void {
  const { req, res } = context;
  context.set('connection', 'close');
  context.respond = false;
  res.write(body);
  endAfterRequest(req, res);
  if (discards) req.resume();
  else req.pause();
}
