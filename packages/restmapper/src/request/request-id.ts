const acceptable = /^[\w.-]{1,128}$/;

/** The id for logs, the answer and the message: the caller's if valid, else a generated one. */
export function requestIdFrom(header: string | string[] | undefined, ownId: string): string {
  return typeof header === 'string' && acceptable.test(header) ? header : ownId;
}
