import { isUtf8 } from 'node:buffer';
import { type Reply, RequestError, type Violation } from '@restmapper/bus';
import type { Endpoint } from '@restmapper/endpoints';
import type { SchemaCompiler, ValidateJson } from './schema-compiler.ts';
import { maxViolations } from './violations.ts';

/**
 * A success, as it goes to the caller; the body is absent where HTTP allows none.
 *
 * Text, because Node sends headers and text in one piece, and a buffer apart from them.
 */
export interface Answer {
  readonly status: number;
  readonly body: string | undefined;
}

export type ReplyReader = (reply: Reply) => Answer;

const bodilessStatuses: ReadonlySet<number> = new Set([204, 205, 304]);
const maxDetailLength = 1024;
const screamingSnake = /^[A-Z][A-Z\d_]{0,63}$/;

/**
 * Makes the reader of an endpoint's replies. The reply's bytes pass as they came.
 *
 * It throws RequestError BAD_REPLY (502) for a reply that is not JSON, violates the endpoint's `reply`
 * schema or has a status that ends no request; and the worker's own error,
 * `{"error":{"code","description","errors"}}`, as RequestError with that code.
 */
export function createReplyReader(endpoint: Endpoint, compiler: SchemaCompiler): ReplyReader {
  const validate = endpoint.reply === undefined ? () => [] : compiler.compileJson(endpoint.reply);
  return (reply) => {
    const status = reply.status ?? endpoint.status;
    if (status < 200) throw badReply(`its status is ${status}`);
    if (bodilessStatuses.has(status) && reply.body.length === 0) return { status, body: undefined };
    const text = decode(reply.body);
    const value = parse(text);
    if (isFailure(value)) throw workerError(value.error, reply.status);
    if (bodilessStatuses.has(status)) return { status, body: undefined };
    checkReply(validate, value, reply.body.length);
    return { status, body: text };
  };
}

/** What `status` should carry, for a success without a body of its own. */
export function emptyAnswer(status: number): Answer {
  return { status, body: bodilessStatuses.has(status) ? undefined : '{}' };
}

/** Reversible, since the bytes are known to be UTF-8. */
function decode(body: Buffer): string {
  if (!isUtf8(body)) throw badReply('it is not UTF-8');
  return body.toString('utf8');
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw badReply('it is not JSON', cause);
  }
}

function checkReply(validate: ValidateJson, value: unknown, bytes: number): void {
  const [violation] = validate(value, bytes);
  if (violation) throw badReply(`${violation.pointer || 'it'} ${violation.detail}`);
}

interface Failure {
  readonly error: object;
}

function isFailure(value: unknown): value is Failure {
  return typeof value === 'object' && value !== null && 'error' in value && isObject(value.error);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** A numeric code is the HTTP status; a name is the problem's code, and the reply's status goes with it. */
function workerError(error: object, replyStatus: number | undefined): RequestError {
  const code = 'code' in error ? error.code : undefined;
  const description = 'description' in error ? error.description : undefined;
  const status = [code, replyStatus].find(isErrorStatus) ?? 500;
  const name = typeof code === 'string' && screamingSnake.test(code) ? code : 'WORKER_ERROR';
  const detail = typeof description === 'string' ? bounded(description) : 'the worker failed';
  const violations = 'errors' in error ? readViolations(error.errors) : [];
  return new RequestError(status, name, { detail, violations });
}

function readViolations(errors: unknown): readonly Violation[] {
  if (!Array.isArray(errors)) return [];
  return errors.slice(0, maxViolations).flatMap((violation: unknown) => {
    if (!isObject(violation) || !('pointer' in violation) || !('detail' in violation)) return [];
    const { pointer, detail } = violation;
    if (typeof pointer !== 'string' || typeof detail !== 'string') return [];
    return [{ pointer: bounded(pointer), detail: bounded(detail) }];
  });
}

function bounded(text: string): string {
  return text.slice(0, maxDetailLength);
}

function isErrorStatus(code: unknown): code is number {
  return Number.isInteger(code) && Number(code) >= 400 && Number(code) <= 599;
}

function badReply(reason: string, cause?: unknown): RequestError {
  return new RequestError(502, 'BAD_REPLY', {
    detail: `the worker's reply cannot be passed on: ${reason}`,
    cause,
  });
}
