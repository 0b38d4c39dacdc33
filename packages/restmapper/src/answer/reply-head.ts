import type { Reply } from '@restmapper/bus';
import { isJsonType, parseReplyHeaders, type ReplyHeaders } from '@restmapper/core';
import { assertReplyHeaders, defaultTypeOf, type Endpoint, parseProducedType } from '@restmapper/endpoints';
import { badReply } from './bad-reply.ts';

/** What a reply has besides its body and its status. */
export interface ReplyHead {
  readonly isJson: boolean;
  /** Absent for `application/json`. */
  readonly contentType?: string | undefined;
  readonly headers?: ReplyHeaders | undefined;
}

const json = 'application/json';

/** Reused, since nearly every reply is such. */
const plain: ReplyHead = { isJson: true };

/**
 * Creates the reader of media type and headers of an endpoint's replies, which may come from any program.
 *
 * It throws RequestError BAD_REPLY for those that the endpoint does not declare, or HTTP cannot carry.
 */
export function createReplyHeadReader(endpoint: Endpoint): (reply: Reply) => ReplyHead {
  const defaultType = defaultTypeOf(endpoint);
  const completed = createCompleter(endpoint);
  return (reply) => {
    const { contentType = defaultType, httpHeaders } = reply;
    if (contentType === json && defaultType === json && !httpHeaders) return plain;
    if (isUnmarkedFailure(reply, defaultType)) return plain;
    try {
      const { essence } = parseProducedType(contentType, endpoint);
      return {
        isJson: isJsonType(essence),
        ...(contentType !== json && { contentType }),
        ...(httpHeaders && { headers: completed(parse(httpHeaders, endpoint)) }),
      };
    } catch (error) {
      if (error instanceof TypeError) throw badReply(error.message, error);
      throw error;
    }
  };
}

function parse(httpHeaders: Readonly<Record<string, unknown>>, endpoint: Endpoint): ReplyHeaders {
  const headers = parseReplyHeaders(httpHeaders);
  assertReplyHeaders(headers, endpoint);
  return headers;
}

/** Where JSON is not produced, a worker of another program can fail in JSON nevertheless. */
function isUnmarkedFailure({ kind, status, contentType, body }: Reply, defaultType: string): boolean {
  if (defaultType === json || kind !== undefined || status !== undefined) return false;
  return (
    (contentType === undefined || contentType === json) &&
    /^\s*\{\s*"error"\s*:/.test(body.toString('utf8', 0, 200))
  );
}

/**
 * Lets a page that has a validator be stored, and used again after asking: without `cache-control` an answer is not
 * stored at all, and its validator is useless.
 */
function createCompleter({ method, access }: Endpoint): (headers: ReplyHeaders) => ReplyHeaders {
  if (method !== 'GET' && method !== 'HEAD') return (headers) => headers;
  const revalidated = access.kind === 'public' ? 'no-cache' : 'private, no-cache';
  return (headers) => {
    const isValidated = headers['etag'] !== undefined || headers['last-modified'] !== undefined;
    if (!isValidated || headers['cache-control'] !== undefined) return headers;
    return { ...headers, 'cache-control': revalidated };
  };
}
