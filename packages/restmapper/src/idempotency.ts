import { RequestError } from '@restmapper/bus';

const uuid = /^"?([\da-f]{8}-[\da-f]{4}-[1-8][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12})"?$/i;

/**
 * The id of the message that a call becomes: its `Idempotency-Key`, which must be a UUID, or our own.
 *
 * Only UUIDs, because two callers who both chose `1` would have one of their messages taken for a repetition.
 * @throws RequestError MALFORMED_REQUEST.
 * @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/
 */
export function messageIdFrom(idempotencyKey: string | string[] | undefined, ownId: string): string {
  if (idempotencyKey === undefined) return ownId;
  const [, id] = uuid.exec(String(idempotencyKey)) ?? [];
  if (!id) throw new RequestError(400, 'MALFORMED_REQUEST', { detail: 'the Idempotency-Key must be a UUID' });
  return id.toLowerCase();
}
