import type { IncomingMessage } from 'node:http';
import { requestError } from '@restmapper/core';
import type { HostRule } from '../http/hosts.ts';

export interface OwnPageOptions {
  /** The allowed host names. @default any */
  readonly isAllowedHost?: HostRule | undefined;
}

/**
 * Accepts requests from a page of the same host, or from outside a browser.
 *
 * @throws RequestError FORBIDDEN_ORIGIN
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export function assertSameOrigin(
  { headers }: IncomingMessage,
  { isAllowedHost = () => true }: OwnPageOptions = {},
): void {
  const { host = '', origin } = headers;
  const site = headers['sec-fetch-site'];
  const isAsked = isAllowedHost({ headers });
  const isSame = site === undefined || site === 'same-origin' || site === 'none';
  if (isAsked && isSame && (origin === undefined || hostOf(origin) === host)) return;
  throw requestError('FORBIDDEN_ORIGIN', { detail: 'only a page of this host may do this' });
}

/** Host and port as a browser writes them into `Host`; empty for the origin `null`. */
function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).host : '';
}
