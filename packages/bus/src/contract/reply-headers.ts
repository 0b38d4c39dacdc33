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
} as const;

type Headers = Readonly<Record<string, unknown>>;

/** Reads the headers of a reply. */
export function parseReplyHeaders(headers: Headers = {}): Omit<Reply, 'body'> {
  const kind = headers[replyHeaders.kind];
  return {
    status: parseReplyStatus(headers[replyHeaders.status]),
    ...((kind === 'value' || kind === 'error') && { kind }),
    ...(headers[replyHeaders.repeated] === 'true' && { isRepeated: true }),
  };
}
