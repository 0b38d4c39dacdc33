import type { IncomingMessage } from 'node:http';
import { ConfigError } from '@restmapper/core';
import { isLoopback } from './loopback.ts';

/** Whether a process answers to the name in a request's `Host`. */
export type HostRule = (request: Pick<IncomingMessage, 'headers'>) => boolean;

export interface HostRuleOptions {
  /** The address that the process listens on. */
  readonly host: string;
  /** Names allowed by the operator: `api.example`, `*.example`, or `*` for any. */
  readonly allowedHosts: readonly string[];
}

/** Bounds the memory for foreign names. */
const maxRemembered = 1_000;

const hostAndPort = /^(\[[\da-f:.]+\]|[^\s/@?#\\:[\]]+)(?::\d{0,5})?$/i;

/**
 * Creates the rule for a listener; any name is allowed if it is reachable from other machines and the
 * operator lists none.
 *
 * A page of another host that points its name at this machine (DNS rebinding) is same-origin to a browser,
 * and differs from this process's page only in the name. A request without a `Host` does not come from a
 * browser.
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

/** The names of the machine itself (RFC 6761, section 6.3). */
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
