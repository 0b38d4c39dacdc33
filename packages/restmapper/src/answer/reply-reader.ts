import { isUtf8 } from 'node:buffer';
import type { Reply } from '@restmapper/bus';
import { requestError, type RequestError } from '@restmapper/core';
import type { Endpoint, SchemaCompiler, ValidateJson } from '@restmapper/endpoints';
import { sliceBytes } from './answer-stream.ts';
import { isFailure, toRequestError } from './worker-error.ts';

/**
 * A success for the caller; the body is absent where HTTP allows none.
 *
 * The body is text, because Node sends headers and text in one piece, but a buffer separately. A large one is
 * sent in slices, without a copy.
 */
export interface Answer {
  readonly status: number;
  readonly body: string | Buffer | undefined;
}

export type ReplyReader = (reply: Reply) => Answer;

const bodilessStatuses: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * Creates the reader of an endpoint's replies. The reply's bytes are passed on unchanged.
 *
 * A reply is an error if the worker marks it so, or if it has neither a mark nor a status, but a member
 * `error` that is an object. Anything else is a value, whatever its members.
 *
 * The reader throws the worker's error as RequestError; and RequestError BAD_REPLY (502) for a reply that is
 * not JSON, has an invalid status, or violates the endpoint's `reply` schema, which applies to statuses below
 * 400.
 */
export function createReplyReader(endpoint: Endpoint, compiler: SchemaCompiler): ReplyReader {
  const validate = endpoint.reply === undefined ? () => [] : compiler.compileJson(endpoint.reply);
  return (reply) => {
    const { status: given } = reply;
    if (given === 'invalid') throw badReply('its status is not a number from 200 to 599');
    const status = given ?? endpoint.status;
    if (status < 200) throw badReply(`its status is ${status}`);
    const isBodiless = bodilessStatuses.has(status);
    if (isBodiless && reply.kind !== 'error' && reply.body.length === 0) return { status, body: undefined };
    const text = decode(reply.body);
    const value = parse(text);
    if (isError(reply, value)) throw toRequestError(value, given);
    if (isBodiless) return { status, body: undefined };
    if (status < 400) checkReply(validate, value, reply.body);
    return { status, body: reply.body.length < sliceBytes ? text : reply.body };
  };
}

function isError({ kind, status }: Reply, value: unknown): boolean {
  if (kind !== undefined) return kind === 'error';
  return status === undefined && isFailure(value);
}

/** The default status of a success. */
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

function checkReply(validate: ValidateJson, value: unknown, bytes: Buffer): void {
  const [violation] = validate(value, bytes);
  if (violation) throw badReply(`${violation.pointer || 'it'} ${violation.detail}`);
}

function badReply(reason: string, cause?: unknown): RequestError {
  return requestError('BAD_REPLY', {
    detail: `the worker's reply cannot be passed on: ${reason}`,
    cause,
  });
}
