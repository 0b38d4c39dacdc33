import type { OriginRules } from '@restmapper/auth';
import { ConfigError } from '@restmapper/core';
import { parseSize } from '@restmapper/endpoints';
import { parseAmqpUrls } from './broker-settings.ts';
import { describeFileError } from './file-error.ts';
import { parseAllowedHosts } from '../http/hosts.ts';
import { isLoopback } from '../http/loopback.ts';
import { parseOriginRules } from './origin-settings.ts';
import { parseNetworks } from '../http/client-address.ts';
import { checkDatabaseUrl } from './database-settings.ts';

/** What the environment says, with defaults; the same for every command. */
export interface Settings {
  /** Several for a cluster; empty: the bus is embedded. */
  readonly amqpUrls: readonly string[];
  /** Absent: the database is embedded, in `dataDir`. */
  readonly databaseUrl: string | undefined;
  readonly host: string;
  /** Names by which the process may be asked, besides those of the machine itself. */
  readonly allowedHosts: readonly string[];
  readonly port: number;
  readonly adminPort: number;
  readonly dataDir: string;
  readonly logLevel: LogLevel;
  /** What pages of other hosts may do, with the API as with the feeds. */
  readonly originRules: OriginRules;
  /** The addresses and networks of proxies whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** Connections that one address may have at the same time. */
  readonly maxConnectionsPerAddress: number;
  /** Bytes of bodies and answers that a gateway holds for its callers at the same time. */
  readonly maxHeldBytes: number;
  /** The admin URLs of the processes that the system consists of, besides this one. */
  readonly peers: readonly string[];
  /** Who may show, replay and delete dead letters by the page: whoever can open it, whoever does so on this machine, nobody. */
  readonly deadLetters: 'on' | 'loopback' | 'off';
}

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What a process can be run as; decides its default ports. */
export const roles = ['start', 'serve', 'live', 'work'] as const;
export type Role = (typeof roles)[number];

type Environment = Readonly<Record<string, string | undefined>>;

export interface SettingsOptions {
  readonly role: Role;
  /** Reads the file that a variable such as `DATABASE_URL_FILE` names. */
  readonly readFile: (path: string) => string;
}

const defaultPorts = {
  start: { port: 8080, adminPort: undefined },
  serve: { port: 8081, adminPort: undefined },
  live: { port: 8082, adminPort: undefined },
  work: { port: 0, adminPort: 9083 },
} as const;

/**
 * Reads the settings of one role from the environment.
 *
 * @throws ConfigError naming the variable that is wrong.
 */
export function parseSettings(env: Environment, { role, readFile }: SettingsOptions): Settings {
  const defaults = defaultPorts[role];
  const port = parsePort(env, 'PORT') ?? defaults.port;
  const databaseUrl = readSecret(env, 'DATABASE_URL', readFile);
  if (databaseUrl) checkDatabaseUrl('DATABASE_URL', databaseUrl, readFile);
  const host = given(env, 'HOST') ?? '127.0.0.1';
  return {
    amqpUrls: parseAmqpUrls(readSecret(env, 'AMQP_URL', readFile), readFile),
    databaseUrl,
    host,
    allowedHosts: parseAllowedHosts(parseList(given(env, 'ALLOWED_HOSTS'))),
    port,
    adminPort: parsePort(env, 'ADMIN_PORT') ?? defaults.adminPort ?? defaultAdminPort(port),
    dataDir: given(env, 'DATA_DIR') ?? '.restmapper',
    logLevel: parseLogLevel(given(env, 'LOG_LEVEL')),
    originRules: parseOriginRules(env),
    trustedProxies: parseTrustedProxies(given(env, 'TRUSTED_PROXIES')),
    maxConnectionsPerAddress: parseCount(env, 'MAX_CONNECTIONS_PER_ADDRESS') ?? 1_000,
    maxHeldBytes: parseBytes(env, 'MAX_HELD_BYTES') ?? 256_000_000,
    peers: parsePeers(given(env, 'PEERS')),
    deadLetters:
      parseSwitch(env, 'DEAD_LETTERS') ?? (role === 'start' && isLoopback(host) ? 'loopback' : 'off'),
  };
}

/** Port 0 asks the system for a free port, for both servers. */
function defaultAdminPort(port: number): number {
  if (port === 0) return 0;
  if (port <= 64_535) return port + 1000;
  throw new ConfigError('ADMIN_PORT must be set, because PORT + 1000 exceeds 65535');
}

/** The value of a variable without the blanks around it; one without a value counts as unset: compose files and shells make them. */
export function given(env: Environment, name: string): string | undefined {
  return env[name]?.trim() || undefined;
}

/**
 * Reads a secret from a variable, or from the file that the variable `NAME_FILE` names.
 *
 * @throws ConfigError when both are set, or the file cannot be read.
 */
export function readSecret(
  env: Environment,
  name: string,
  readFile: SettingsOptions['readFile'],
): string | undefined {
  const path = given(env, `${name}_FILE`);
  if (path === undefined) return given(env, name);
  if (given(env, name) !== undefined) throw new ConfigError(`${name} and ${name}_FILE are both set`);
  try {
    return readFile(path).trim() || undefined;
  } catch (error) {
    throw new ConfigError(`${name}_FILE: cannot read ${path}: ${describeFileError(error)}`);
  }
}

export function parseList(value: string | undefined): readonly string[] {
  return (value ?? '')
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');
}

function parseTrustedProxies(value: string | undefined): readonly string[] {
  const networks = parseList(value);
  parseNetworks(networks);
  return networks;
}

/** Admin servers ask nobody who they are, so a URL with a password would only give that away. */
function parsePeers(value: string | undefined): readonly string[] {
  const peers = parseList(value);
  for (const peer of peers) {
    checkUrl('PEERS', peer, ['http:']);
    const { origin, href } = new URL(peer);
    if (href === `${origin}/`) continue;
    throw new ConfigError('PEERS must list admin servers by host and port only, such as http://worker:9083');
  }
  return peers;
}

function parseSwitch(env: Environment, name: string): 'on' | 'off' | undefined {
  const value = given(env, name);
  if (value === undefined || value === 'on' || value === 'off') return value;
  throw new ConfigError(`${name} must be on or off, not ${JSON.stringify(value)}`);
}

/** @throws ConfigError that does not repeat the value, as it may hold a password. */
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

function parsePort(env: Environment, name: string): number | undefined {
  const value = given(env, name);
  if (value === undefined) return undefined;
  const port = /^\d{1,5}$/.test(value) ? Number(value) : Number.NaN;
  if (port <= 65_535) return port;
  throw new ConfigError(`${name} must be a port number from 0 to 65535, not ${JSON.stringify(value)}`);
}

function parseCount(env: Environment, name: string): number | undefined {
  const value = given(env, name);
  if (value === undefined) return undefined;
  if (/^[1-9]\d{0,8}$/.test(value)) return Number(value);
  throw new ConfigError(`${name} must be a whole number from 1 to 999999999, not ${JSON.stringify(value)}`);
}

function parseBytes(env: Environment, name: string): number | undefined {
  const value = given(env, name);
  if (value === undefined) return undefined;
  const bytes = parseSize(value) ?? 0;
  if (bytes >= 1_000_000) return bytes;
  throw new ConfigError(`${name} must be a size from 1MB, such as 256MB, not ${JSON.stringify(value)}`);
}

function parseLogLevel(value = 'info'): LogLevel {
  const level = logLevels.find((known) => known === value);
  if (level) return level;
  throw new ConfigError(`LOG_LEVEL must be one of ${logLevels.join(', ')}, not ${JSON.stringify(value)}`);
}
