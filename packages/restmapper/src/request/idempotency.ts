import {
  type CloudEvent,
  deriveMessageId,
  eventMessageId,
  type Identity,
  requestError,
  type RequestError,
} from '@restmapper/core';
import type { Endpoint } from '@restmapper/endpoints';

/** Identifies a call across retries. */
export interface CallIdentity {
  readonly messageId: string;
  /** The caller's key for retries; absent if that is the message's id. */
  readonly key?: string;
}

export interface Caller {
  /** The request's `Idempotency-Key`. */
  readonly header: string | string[] | undefined;
  /** The id that its credentials give the call, such as that of a webhook's delivery. */
  readonly callId?: string | undefined;
  /** A new id, for a call without a key. */
  readonly ownId: string;
  readonly identity: Identity | undefined;
}

const uuid = /^[\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/i;

/** Longer keys are useless, and the key travels in a header. */
const keyText = /^[ -~]{1,255}$/;

/** An `sf-string` of RFC 8941, section 3.3.3. */
const quoted = /^"((?:[^"\\]|\\["\\])*)"$/;

/**
 * Determines the message id of a call.
 *
 * On an endpoint with `idempotency` the key is any text, scoped to the caller and the endpoint: the same key
 * from another caller, or on another endpoint, is another message. On any other endpoint it must be a UUID
 * and is the message's id; otherwise, of two callers who both chose `1`, one message would be treated as a
 * duplicate.
 *
 * An id of the caller's credentials counts before the header, which need not be signed.
 * @throws RequestError MALFORMED_REQUEST.
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export function identifyCall(
  { key: endpoint, idempotency }: Pick<Endpoint, 'key' | 'idempotency'>,
  { header, callId, ownId, identity }: Caller,
): CallIdentity {
  const given = callId ?? (header === undefined ? undefined : parseKey(String(header)));
  const scoped = (key: string): string =>
    deriveMessageId([endpoint, identity?.scheme ?? '', identity?.subject ?? '', key]);
  if (idempotency) {
    const key = given ?? ownId;
    return { messageId: scoped(key), key };
  }
  if (callId !== undefined) return { messageId: scoped(callId) };
  if (given === undefined) return { messageId: ownId };
  if (!uuid.test(given)) throw malformed('the Idempotency-Key must be a UUID');
  return { messageId: given.toLowerCase() };
}

/**
 * Determines the message id of a call that is a CloudEvent: by its source and id, unless there is a key.
 *
 * @throws RequestError MALFORMED_REQUEST.
 */
export function identifyEvent(
  endpoint: Pick<Endpoint, 'key' | 'idempotency'>,
  event: CloudEvent,
  caller: Caller,
): CallIdentity {
  return identifyCall(endpoint, { ...caller, header: caller.header ?? eventMessageId(event) });
}

/** Accepts a key with the quotes that the draft requires, or without. */
function parseKey(header: string): string {
  const [, inside] = quoted.exec(header) ?? [];
  const key = inside?.replace(/\\(.)/g, '$1') ?? header;
  if (keyText.test(key)) return key;
  throw malformed('the Idempotency-Key must be 1 to 255 printable characters of ASCII');
}

function malformed(detail: string): RequestError {
  return requestError('MALFORMED_REQUEST', { detail });
}
