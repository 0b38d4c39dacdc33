import { createMessageId } from '@restmapper/bus';

const acceptable = /^[\w.-]{1,128}$/;

/** The id under which a request is logged, answered and sent on: the caller's, when it is acceptable, else a UUIDv7. */
export function requestIdFrom(header: string | string[] | undefined): string {
  return typeof header === 'string' && acceptable.test(header) ? header : createMessageId();
}
