import { isUtf8 } from 'node:buffer';
import type { Reply } from '@restmapper/bus';
import {
  isFailure,
  isJsonType,
  parseMediaType,
  requestError,
  type RequestError,
  toRequestError,
} from '@restmapper/core';
import type { SchemaCompiler, Source } from '@restmapper/endpoints';

/** Reads a reply as its value. @throws RequestError */
export type ReadReply = (reply: Reply) => unknown;

/**
 * Creates the reader of a source's replies, for workers that ask it.
 *
 * A worker's error, and any reply with the status of an error, is thrown as RequestError; and as BAD_REPLY a reply that
 * is not JSON, has an invalid status, or violates the source's `reply` schema. A reply without a body is `null`; one of
 * a type that is not JSON is a string if it is `text/…`, and else its bytes.
 */
export function createReplyReader({ key, reply: schema }: Source, compiler: SchemaCompiler): ReadReply {
  const validate = schema === undefined ? undefined : compiler.compileJson(schema);
  const bad = (why: string, cause?: unknown): RequestError =>
    requestError('BAD_REPLY', { detail: `the reply of ${key} cannot be used: ${why}`, cause });
  return ({ body, status, kind, contentType }) => {
    if (status === 'invalid' || (status ?? 200) < 200)
      throw bad('its status is not a number from 200 to 599');
    if (body.length === 0 && kind !== 'error') return null;
    const type = parseMediaType(contentType ?? 'application/json')?.essence ?? 'application/json';
    const isRaw = kind !== 'error' && !isJsonType(type) && (status ?? 200) < 400;
    if (isRaw) return type.startsWith('text/') ? body.toString() : body;
    const value = parse(body, bad);
    const isMarked = kind === 'error' || (status ?? 200) >= 400;
    // Workers of other programs need not mark their errors.
    const isError = isMarked || (kind === undefined && status === undefined && isFailure(value));
    if (isError) throw toRequestError(value, status);
    const [violation] = validate?.(value, body) ?? [];
    if (violation) throw bad(`${violation.pointer || 'it'} ${violation.detail}`);
    return value;
  };
}

function parse(body: Buffer, bad: (why: string, cause?: unknown) => RequestError): unknown {
  if (!isUtf8(body)) throw bad('it is not UTF-8');
  try {
    return JSON.parse(body.toString());
  } catch (cause) {
    throw bad('it is not JSON', cause);
  }
}
