import { isEntityTag, parseReplyHeaders, readMembers, requestError, scalarText } from '@restmapper/core';
import type { ReplyColumn } from '@restmapper/endpoints';
import type { HandlerReply } from '../../work/outcome.ts';

/**
 * Moves columns of a row, a JSON object, to the headers of the answer.
 *
 * @throws RequestError BAD_REPLY if HTTP cannot carry the value of one
 */
export function splitReply(json: Buffer, columns: readonly ReplyColumn[]): HandlerReply {
  const headers: Record<string, string> = {};
  const members: string[] = [];
  for (const { name, value } of readMembers(json)) {
    const named = columns.filter(({ column }) => column === name);
    if (named.length === 0) members.push(`${JSON.stringify(name)}:${value.toString()}`);
    const text = value.toString() === 'null' ? undefined : (scalarText(value) ?? value.toString());
    if (text !== undefined) for (const { header } of named) headers[header] = toHeader(header, text);
  }
  try {
    return { reply: Buffer.from(`{${members.join(',')}}`), headers: parseReplyHeaders(headers) };
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause;
    throw requestError('BAD_REPLY', { detail: `the row cannot be sent: ${cause.message}`, cause });
  }
}

/** A tag gets its quotes, and a time of PostgreSQL the form of a date of HTTP. */
function toHeader(header: string, text: string): string {
  if (header === 'etag') return isEntityTag(text) ? text : `"${text}"`;
  const isTime = header === 'last-modified' && /^\d{4}-\d\d-\d\dT/.test(text);
  return isTime ? new Date(text).toUTCString() : text;
}
