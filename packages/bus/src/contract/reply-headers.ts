import type { Reply } from './message.ts';
import { parseReplyStatus } from './reply-status.ts';

/** The headers of a reply that the bus reads and writes. */
export const replyHeaders = {
  /** The HTTP status, as a number. */
  status: 'status',
  /** `value` or `error`: whether the handler returned or threw; absent from workers of other programs. */
  kind: 'x-reply',
  /** `true` if this replays the worker's answer to the same message. */
  repeated: 'idempotency-replayed',
  /** How long the worker took, in milliseconds by its own clock; on request, see `timingHeader`. */
  workerMs: 'x-worker-ms',
  /** The number of one of several replies, from 0. */
  seq: 'x-seq',
  /** `true` on all of several messages but the last; a last one without a body only ends them. */
  more: 'x-more',
  /** The same on all messages that answer one delivery of a request. */
  id: 'x-reply-id',
} as const;

/** Begins the names of headers for the HTTP response: `http:etag`. */
const httpPrefix = 'http:';

type Headers = Readonly<Record<string, unknown>>;

/** Reads the headers of a reply. */
export function parseReplyHeaders(headers: Headers = {}): Omit<Reply, 'body'> {
  const { [replyHeaders.kind]: kind, [replyHeaders.workerMs]: workerMs } = headers;
  return {
    status: parseReplyStatus(headers[replyHeaders.status]),
    ...((kind === 'value' || kind === 'error') && { kind }),
    ...(headers[replyHeaders.repeated] === 'true' && { isRepeated: true }),
    ...(typeof workerMs === 'number' && workerMs >= 0 && { workerMs }),
    ...readHttpHeaders(headers),
  };
}

/** Writes headers for the HTTP response into those of a reply. */
export function writeHttpHeaders(
  httpHeaders: Readonly<Record<string, string>>,
  into: Record<string, unknown>,
): void {
  for (const [name, value] of Object.entries(httpHeaders)) into[httpPrefix + name] = value;
}

/** Some clients send text as bytes. */
function readHttpHeaders(headers: Headers): Pick<Reply, 'httpHeaders'> | undefined {
  let found: Record<string, unknown> | undefined;
  for (const name of Object.keys(headers)) {
    if (!name.startsWith(httpPrefix)) continue;
    const value = headers[name];
    found ??= Object.create(null) as Record<string, unknown>;
    found[name.slice(httpPrefix.length)] = Buffer.isBuffer(value) ? value.toString() : value;
  }
  return found && { httpHeaders: found };
}

/** Where a reply stands among several. */
export interface ReplyPart {
  /** Its number, from 0; `undefined` on the only reply of a worker that sends one. */
  readonly seq: number | 'invalid' | undefined;
  readonly hasMore: boolean;
  /** The same on all messages that answer one delivery. */
  readonly replyId: string | undefined;
}

/** Reads which of several replies one is; that of a worker that sends one has no number. */
export function parseReplyPart(headers: Headers = {}): ReplyPart {
  const { [replyHeaders.seq]: seq, [replyHeaders.more]: more, [replyHeaders.id]: id } = headers;
  const isNumber = typeof seq === 'number' && Number.isSafeInteger(seq) && seq >= 0;
  return {
    seq: seq === undefined || isNumber ? seq : 'invalid',
    hasMore: more === true || more === 'true',
    replyId: typeof id === 'string' ? id : undefined,
  };
}

/** Whether a reply is one of several. */
export function isReplyPart(headers: Headers = {}): boolean {
  return headers[replyHeaders.seq] !== undefined || headers[replyHeaders.more] !== undefined;
}
