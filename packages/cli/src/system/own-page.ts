import type { IncomingMessage } from 'node:http';
import { RequestError } from '@restmapper/bus';

export interface OwnPageOptions {
  /**
   * The host names by which the process may be asked; without, any. A page of another host that has its
   * name lead to this machine is of the same origin to a browser, and is known by its name only.
   */
  readonly hosts?: readonly string[] | undefined;
}

/** The names by which a process is asked that serves its own machine only. */
export function loopbackNames(host: string): readonly string[] {
  return ['localhost', '127.0.0.1', '[::1]', host];
}

/**
 * Lets through what comes from a page of this very host, or from no browser at all.
 *
 * @throws RequestError FOREIGN_ORIGIN
 * @see https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
 */
export function assertOwnPage({ headers }: IncomingMessage, { hosts }: OwnPageOptions = {}): void {
  const { host = '', origin } = headers;
  const site = headers['sec-fetch-site'];
  const name = URL.canParse(`http://${host}`) ? new URL(`http://${host}`).hostname : '';
  const isAsked = hosts === undefined || hosts.includes(name);
  const isSame = site === undefined || site === 'same-origin' || site === 'none';
  if (isAsked && isSame && (origin === undefined || hostOf(origin) === host)) return;
  throw new RequestError(403, 'FOREIGN_ORIGIN', { detail: 'only the page of this host may ask for this' });
}

/** Host and port as a browser writes them into `Host`; empty for the origin `null`. */
function hostOf(origin: string): string {
  return URL.canParse(origin) ? new URL(origin).host : '';
}
