import type { IncomingMessage } from 'node:http';

/**
 * Whether the page that a request comes from may connect (RFC 6454, section 7).
 *
 * A request without an Origin does not come from a page; one whose origin has the request's host is
 * same-origin, also behind a proxy that terminates TLS. Any other origin must be listed, exactly as browsers
 * write it, `https://example.org:8443`; `*` allows any.
 */
export function isAllowedOrigin(
  { headers }: Pick<IncomingMessage, 'headers'>,
  allowed: ReadonlySet<string>,
): boolean {
  const { origin } = headers;
  return origin === undefined || allowed.has('*') || allowed.has(origin) || isSameOrigin({ headers });
}

/** Whether a request comes from a page of its own host. */
export function isSameOrigin({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  const { origin, host } = headers;
  return origin !== undefined && host !== undefined && isSameHost(origin, host);
}

/** Compares as URLs, so that the scheme's default port is optional. */
function isSameHost(origin: string, host: string): boolean {
  if (!URL.canParse(origin)) return false; // `null`, as from a sandboxed frame.
  const { protocol, host: originHost } = new URL(origin);
  const url = `${protocol}//${host}`;
  return originHost !== '' && URL.canParse(url) && new URL(url).host === originHost;
}
