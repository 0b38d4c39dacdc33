import type { IncomingMessage } from 'node:http';
import { requestError } from '@restmapper/core';
import type { HostRule } from '../http/hosts.ts';

export interface OwnPageOptions {
  /** By which names the process may be asked. @default any */
  readonly isAllowedHost?: HostRule | undefined;
}

/**
 * Lets through what comes from a page of this very host, or from no browser at all.
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
  throw requestError('FORBIDDEN_ORIGIN', { detail: 'only the page of this host may ask for this' });
}

/** Host and port as a browser writes them into `Host`; empty for the origin `null`. */
function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).host : '';
}
