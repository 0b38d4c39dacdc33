import type { IncomingMessage } from 'node:http';
import { ConfigError } from '@restmapper/core';
import { isLoopback } from './loopback.ts';

/** Whether a process may be asked by the name that a request's `Host` has. */
export type HostRule = (request: Pick<IncomingMessage, 'headers'>) => boolean;

export interface HostRuleOptions {
  /** The address that the process listens on. */
  readonly host: string;
  /** Names that the operator allows: `api.example`, `*.example`, or `*` for any. */
  readonly allowedHosts: readonly string[];
}

/** Bounds the memory that names of others take. */
const maxRemembered = 1_000;

const hostAndPort = /^(\[[\da-f:.]+\]|[^\s/@?#\\:[\]]+)(?::\d{0,5})?$/i;

/**
 * Makes the rule for a listener; any name is allowed where it reaches beyond this machine and the operator
 * names none.
 *
 * A page of another host that lets its name lead to this machine (DNS rebinding) is of the same origin to a
 * browser, and differs from the page of this process in the name only. What comes without a `Host` comes
 * from no browser.
 */
export function createHostRule({ host, allowedHosts }: HostRuleOptions): HostRule {
  const own = hostNameOf(host.includes(':') ? `[${host}]` : host) ?? host;
  if (allowedHosts.includes('*') || (!isLoopbackName(own) && allowedHosts.length === 0)) return () => true;
  const isAllowed = remembering((given) => {
    const name = hostNameOf(given);
    return name !== undefined && (isLoopbackName(name) || name === own || isAmongNames(name, allowedHosts));
  });
  return ({ headers }) => headers.host === undefined || isAllowed(headers.host);
}

/** Reads `ALLOWED_HOSTS`. @throws ConfigError */
export function parseAllowedHosts(names: readonly string[]): readonly string[] {
  return names.map((name) => {
    const plain = name.toLowerCase();
    const suffix = plain.replace(/^\*\./, '');
    if (plain === '*' || (hostNameOf(suffix) === suffix && /^[^.*][^*]*$/.test(suffix))) return plain;
    throw new ConfigError(
      `ALLOWED_HOSTS must list host names such as api.example or *.example, without a port, or *, ` +
        `not ${JSON.stringify(name)}`,
    );
  });
}

/** The name in a `Host`, in lower case and without port and final dot; undefined if it is not a host. */
function hostNameOf(host: string): string | undefined {
  const [, name = ''] = hostAndPort.exec(host) ?? [];
  if (name === '' || !URL.canParse(`http://${name}`)) return undefined;
  return new URL(`http://${name}`).hostname.replace(/(?<=.)\.$/, '');
}

/** The names that lead to the machine itself (RFC 6761, section 6.3). */
function isLoopbackName(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost') || isLoopback(name.replace(/^\[|\]$/g, ''));
}

function isAmongNames(name: string, allowed: readonly string[]): boolean {
  return allowed.some((known) => known === name || (known.startsWith('*.') && name.endsWith(known.slice(1))));
}

function remembering(decide: (host: string) => boolean): (host: string) => boolean {
  const decided = new Map<string, boolean>();
  return (host) => {
    const known = decided.get(host);
    if (known !== undefined) return known;
    if (decided.size >= maxRemembered) decided.clear();
    const isAllowed = decide(host);
    decided.set(host, isAllowed);
    return isAllowed;
  };
}
