import { RequestError } from '@restmapper/bus';

/** Printable ASCII, without the `#` that no request target contains. */
const sound = /^[!-"$-~]+$/;
const schemeAndAuthority = /^https?:\/\/[^/?]+/i;

/**
 * A request target as path and query, without the scheme and host that proxies may send.
 *
 * @throws RequestError MALFORMED_REQUEST.
 * @see RFC 9112, section 3.2
 */
export function originForm(target: string): string {
  if (!sound.test(target))
    throw malformed('the request target holds characters that must be percent-encoded');
  if (target.startsWith('/') || target === '*') return target;
  const rest = target.replace(schemeAndAuthority, '');
  if (rest === target) throw malformed('the request target is neither a path nor an http URL');
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/**
 * Undoes percent-encoding.
 *
 * @throws RequestError MALFORMED_REQUEST when the text is no percent-encoded UTF-8.
 */
export function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw malformed('the percent-encoding is broken, or hides something that is not UTF-8', cause);
  }
}

function malformed(detail: string, cause?: unknown): RequestError {
  return new RequestError(400, 'MALFORMED_REQUEST', { detail, cause });
}
