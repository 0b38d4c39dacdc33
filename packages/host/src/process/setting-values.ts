import { ConfigError } from '@restmapper/core';
import { parseSize } from '@restmapper/endpoints';
import type { ParseContext } from './setting.ts';

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** The context that all parsers use. */
type Name = Pick<ParseContext, 'name'>;

export function parseList(value = ''): readonly string[] {
  return value
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

/** Reads `on` or `off`; `undefined` for an unset one. @throws ConfigError */
export function parseSwitch(value: string, { name }: Name): 'on' | 'off' | undefined {
  if (value === '') return undefined;
  if (value === 'on' || value === 'off') return value;
  throw new ConfigError(`${name} must be on or off, not ${JSON.stringify(value)}`);
}

/** Reads a port; `undefined` for an unset one. @throws ConfigError */
export function parsePort(value: string, { name }: Name): number | undefined {
  if (value === '') return undefined;
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (port <= 65_535) return port;
  throw new ConfigError(`${name} must be a port number from 0 to 65535, not ${JSON.stringify(value)}`);
}

/** Paths of a process's own, which a base path must not hide. */
const ownPaths: ReadonlySet<string> = new Set([
  'assets',
  'docs',
  'live',
  'saved',
  'sse',
  'system',
  'try',
  'ws',
]);

/** Reads a path that begins with a slash and ends without one; `undefined` for an unset one. @throws ConfigError */
export function parseBasePath(value: string, { name }: Name): string | undefined {
  if (value === '') return undefined;
  const segments = value.split('/').slice(1);
  const isPath = /^(?:\/[\w.~-]+)+$/.test(value) && value.length <= 256;
  if (!isPath || segments.includes('.') || segments.includes('..')) {
    throw new ConfigError(
      `${name} must be a path such as /orders/v2, of letters, digits, - . _ and ~, without a slash at its end, not ${JSON.stringify(value)}`,
    );
  }
  const [first = ''] = segments;
  if (!ownPaths.has(first)) return value;
  throw new ConfigError(`${name} must not begin with /${first}, which restmapper serves itself`);
}

/** @throws ConfigError */
export function parseCount(value: string, { name }: Name): number {
  if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
  throw new ConfigError(`${name} must be a whole number from 1 to 999999999, not ${JSON.stringify(value)}`);
}

/** Reads a size in bytes. @throws ConfigError */
export function parseBytes(value: string, { name }: Name): number {
  const bytes = parseSize(value) ?? 0;
  if (bytes >= 1_000_000) return bytes;
  throw new ConfigError(`${name} must be a size from 1MB, such as 256MB, not ${JSON.stringify(value)}`);
}

/** @throws ConfigError */
export function parseLogLevel(value: string, { name }: Name): LogLevel {
  const level = logLevels.find((known) => known === value);
  if (level) return level;
  throw new ConfigError(`${name} must be one of ${logLevels.join(', ')}, not ${JSON.stringify(value)}`);
}

/** Admin servers need no credentials, so a URL with a password would only expose it. @throws ConfigError */
export function parsePeers(value: string, { name }: Name): readonly string[] {
  const peers = parseList(value);
  for (const peer of peers) {
    checkUrl(name, peer, ['http:']);
    const { origin, href } = new URL(peer);
    if (href === `${origin}/`) continue;
    throw new ConfigError(
      `${name} must list admin servers by host and port only, such as http://worker:9083`,
    );
  }
  return peers;
}

/** @throws ConfigError without the value, as it may contain a password. */
export function checkUrl(name: string, value: string, protocols: readonly string[]): void {
  const begins = protocols.some((protocol) => value.toLowerCase().startsWith(`${protocol}//`));
  if (begins && !URL.canParse(value)) throw new ConfigError(`${name} is not a URL`);
  if (begins && !areDecodable(new URL(value))) {
    throw new ConfigError(
      `${name} has a user or password that is not percent-encoded UTF-8; write a % as %25`,
    );
  }
  if (begins) return;
  throw new ConfigError(
    `${name} must begin with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  );
}

function areDecodable({ username, password }: URL): boolean {
  try {
    return decodeURIComponent(username + password) !== undefined;
  } catch {
    return false;
  }
}
