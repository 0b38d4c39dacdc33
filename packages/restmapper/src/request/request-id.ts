const acceptable = /^[\w.-]{1,128}$/;

/** The id under which a request is logged, answered and sent on: the caller's, when it is acceptable, else our own. */
export function requestIdFrom(header: string | string[] | undefined, ownId: string): string {
  return typeof header === 'string' && acceptable.test(header) ? header : ownId;
}
