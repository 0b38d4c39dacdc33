import type { OriginRules } from '@restmapper/auth';
import { ConfigError } from '@restmapper/core';
import type { Network } from '../http/client-address.ts';
import { isLoopback } from '../http/loopback.ts';
import { checkOriginRules } from './origin-settings.ts';
import { type Environment, readSetting, type Setting, type SettingsOptions } from './setting.ts';
import { settingList } from './setting-list.ts';
import type { LogLevel } from './setting-values.ts';

/** The settings from the environment, with defaults; the same for every command. */
export interface Settings {
  /** Several for a cluster; empty: the bus is embedded. */
  readonly amqpUrls: readonly string[];
  /** Absent: the database is embedded, in `dataDir`. */
  readonly databaseUrl: string | undefined;
  readonly host: string;
  /** Host names that the process answers to, besides the machine's own. */
  readonly allowedHosts: readonly string[];
  readonly port: number;
  readonly adminPort: number;
  /** The path under which the API is; absent: `start` has it under `/api/v1`, `serve` at the root. */
  readonly basePath: string | undefined;
  readonly dataDir: string;
  /** Whether DATA_DIR is set. */
  readonly hasDataDir: boolean;
  readonly logLevel: LogLevel;
  /** The rights of pages of other hosts, for the API and for feeds. */
  readonly originRules: OriginRules;
  /** The addresses and networks of proxies whose `X-Forwarded-For` is trusted. */
  readonly trustedProxies: readonly Network[];
  /** The maximum number of connections per address. */
  readonly maxConnectionsPerAddress: number;
  /** The maximum bytes of bodies and answers that a gateway holds for its callers. */
  readonly maxHeldBytes: number;
  /** Whether answers say in `Server-Timing` where their time went. */
  readonly isTimed: boolean;
  /** The admin URLs of the system's other processes. */
  readonly peers: readonly string[];
  /**
   * Who may see, replay and delete dead letters on the page: everyone who can open it, users of this machine,
   * or none.
   */
  readonly deadLetters: 'on' | 'loopback' | 'off';
}

/**
 * Reads the settings of one role from the environment.
 *
 * @throws ConfigError naming the invalid variable.
 */
export function parseSettings(env: Environment, options: SettingsOptions): Settings {
  const read = <Value>(setting: Setting<Value>): Value => readSetting(setting, env, options);
  const port = read(settingList.port) ?? 0;
  const host = read(settingList.host);
  const isPrivate = options.role.opensDeadLetters === true && isLoopback(host);
  return {
    databaseUrl: read(settingList.databaseUrl),
    amqpUrls: read(settingList.amqpUrls),
    host,
    allowedHosts: read(settingList.allowedHosts),
    port,
    adminPort: read(settingList.adminPort) ?? defaultAdminPort(port),
    basePath: read(settingList.basePath),
    dataDir: read(settingList.dataDir),
    hasDataDir: (env[settingList.dataDir.name]?.trim() ?? '') !== '',
    logLevel: read(settingList.logLevel),
    originRules: parseOriginRules(env, options),
    trustedProxies: read(settingList.trustedProxies),
    maxConnectionsPerAddress: read(settingList.maxConnectionsPerAddress),
    maxHeldBytes: read(settingList.maxHeldBytes),
    isTimed: read(settingList.timing),
    peers: read(settingList.peers),
    deadLetters: read(settingList.deadLetters) ?? (isPrivate ? 'loopback' : 'off'),
  };
}

/** Reads `BASE_PATH`, which is the same for all roles. @throws ConfigError */
export function readBasePath(env: Environment): string | undefined {
  const { basePath: setting } = settingList;
  return setting.parse(env[setting.name]?.trim() ?? '', setting);
}

/** The path of the API where a page and feeds are beside it. */
export function basePathOf({ basePath = '/api/v1' }: Pick<Settings, 'basePath'>): string {
  return basePath;
}

/**
 * Reads the rights of pages of other origins: `ALLOWED_ORIGINS` and `ALLOW_CREDENTIALS`. @throws ConfigError
 */
export function parseOriginRules(env: Environment, options: SettingsOptions): OriginRules {
  return checkOriginRules({
    allowedOrigins: readSetting(settingList.allowedOrigins, env, options),
    allowCredentials: readSetting(settingList.allowCredentials, env, options),
  });
}

/** Port 0 requests a free port, for both servers. */
function defaultAdminPort(port: number): number {
  if (port === 0) return 0;
  if (port <= 64_535) return port + 1000;
  throw new ConfigError('ADMIN_PORT must be set, because PORT + 1000 exceeds 65535');
}
