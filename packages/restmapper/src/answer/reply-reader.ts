import { isUtf8 } from 'node:buffer';
import type { Reply } from '@restmapper/bus';
import { isFailure, type ReplyHeaders, toRequestError } from '@restmapper/core';
import type { Endpoint, SchemaCompiler, ValidateJson } from '@restmapper/endpoints';
import { badReply } from './bad-reply.ts';
import { createReplyHeadReader } from './reply-head.ts';
import { sliceBytes } from './answer-stream.ts';

/**
 * A success for the caller; the body is absent where HTTP allows none.
 *
 * A body of JSON is text, because Node sends headers and text in one piece, but a buffer separately. A large one is
 * sent in slices, without a copy.
 */
export interface Answer {
  readonly status: number;
  readonly body: string | Buffer | undefined;
  /** @default 'application/json' */
  readonly contentType?: string | undefined;
  /** By lower-case name. @default none */
  readonly headers?: ReplyHeaders | undefined;
}

export type ReplyReader = (reply: Reply) => Answer;

const bodilessStatuses: ReadonlySet<number> = new Set([204, 205, 304]);

/**
 * Creates the reader of an endpoint's replies. The reply's bytes are passed on unchanged, as JSON or as another media
 * type that the endpoint produces.
 *
 * A reply is an error if the worker marks it so, or if it has neither a mark nor a status, but a member
 * `error` that is an object. Anything else is a value, whatever its members.
 *
 * The reader throws the worker's error as RequestError; and RequestError BAD_REPLY (502) for a reply that is
 * not JSON although its type is, has an invalid status, a type or a header that the endpoint does not declare, or
 * violates the endpoint's `reply` schema, which applies to JSON with a status below 400.
 */
export function createReplyReader(endpoint: Endpoint, compiler: SchemaCompiler): ReplyReader {
  const validate = endpoint.reply === undefined ? () => [] : compiler.compileJson(endpoint.reply);
  const readHead = createReplyHeadReader(endpoint);
  return (reply) => {
    const { status: given, kind, body } = reply;
    if (given === 'invalid') throw badReply('its status is not a number from 200 to 599');
    const status = given ?? endpoint.status;
    if (status < 200) throw badReply(`its status is ${status}`);
    if (kind === 'error') throw toRequestError(parse(decode(body)), given);
    const { isJson, ...head } = readHead(reply);
    const isBodiless = bodilessStatuses.has(status);
    if (isBodiless && (body.length === 0 || !isJson)) return { status, body: undefined, ...head };
    if (!isJson) return { status, body, ...head };
    const text = decode(body);
    const value = parse(text);
    if (isError(reply, value)) throw toRequestError(value, given);
    if (isBodiless) return { status, body: undefined, ...head };
    if (status < 400) checkReply(validate, value, body);
    return { status, body: body.length < sliceBytes ? text : body, ...head };
  };
}

/** Workers of other programs need not mark their errors. */
function isError({ kind, status }: Reply, value: unknown): boolean {
  return kind === undefined && status === undefined && isFailure(value);
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
