import type { IncomingMessage } from 'node:http';

/**
 * Whether the page that a request comes from may connect (RFC 6454, section 7).
 *
 * A request without an Origin comes from no browser; one from the host that it goes to is the same
 * origin, also behind a proxy that ends TLS. Any other has to be among the allowed ones, exactly as
 * browsers write it, `https://example.org:8443`; `*` among them allows any.
 */
export function isAllowedOrigin(
  { headers }: Pick<IncomingMessage, 'headers'>,
  allowed: ReadonlySet<string>,
): boolean {
  const { origin } = headers;
  return origin === undefined || allowed.has('*') || allowed.has(origin) || isSameOrigin({ headers });
}

/** Whether a request comes from a page of the host that it goes to. */
export function isSameOrigin({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  const { origin, host } = headers;
  return origin !== undefined && host !== undefined && isSameHost(origin, host);
}

/** Compares as URLs, so that the scheme's default port may be written or not. */
function isSameHost(origin: string, host: string): boolean {
  if (!URL.canParse(origin)) return false; // `null`, as of a sandboxed frame.
  const { protocol, host: originHost } = new URL(origin);
  const url = `${protocol}//${host}`;
  return originHost !== '' && URL.canParse(url) && new URL(url).host === originHost;
}
