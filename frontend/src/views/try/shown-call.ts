import type { HttpCall } from '../../lib/curl.ts';
import type { Operation } from '../../lib/open-api.ts';
import { placeholders } from '../../use/credentials.ts';

/** A call for people to copy: its URL absolute, with placeholders for credentials. */
export function shownCall(call: HttpCall, operation: Operation): HttpCall {
  const { url, headers } = call;
  return { ...call, url: location.origin + url, headers: { ...headers, ...placeholders(operation) } };
}
