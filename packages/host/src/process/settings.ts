import type { OriginRules } from '@restmapper/auth';
import { ConfigError } from '@restmapper/core';
import type { Network } from '../http/client-address.ts';
import { isLoopback } from '../http/loopback.ts';
import { checkOriginRules } from './origin-settings.ts';
import { type Environment, readSetting, type Setting, type SettingsOptions } from './setting.ts';
import { settingList } from './setting-list.ts';
import type { LogLevel } from './setting-values.ts';

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
  readonly trustedProxies: readonly Network[];
  /** Connections that one address may have at the same time. */
  readonly maxConnectionsPerAddress: number;
  /** Bytes of bodies and answers that a gateway holds for its callers at the same time. */
  readonly maxHeldBytes: number;
  /** The admin URLs of the processes that the system consists of, besides this one. */
  readonly peers: readonly string[];
  /** Who may show, replay and delete dead letters by the page: whoever can open it, whoever does so on this machine, nobody. */
  readonly deadLetters: 'on' | 'loopback' | 'off';
}

/**
 * Reads the settings of one role from the environment.
 *
 * @throws ConfigError naming the variable that is wrong.
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
    dataDir: read(settingList.dataDir),
    logLevel: read(settingList.logLevel),
    originRules: parseOriginRules(env, options),
    trustedProxies: read(settingList.trustedProxies),
    maxConnectionsPerAddress: read(settingList.maxConnectionsPerAddress),
    maxHeldBytes: read(settingList.maxHeldBytes),
    peers: read(settingList.peers),
    deadLetters: read(settingList.deadLetters) ?? (isPrivate ? 'loopback' : 'off'),
  };
}

/** Reads what pages of other origins may do: `ALLOWED_ORIGINS` and `ALLOW_CREDENTIALS`. @throws ConfigError */
export function parseOriginRules(env: Environment, options: SettingsOptions): OriginRules {
  return checkOriginRules({
    allowedOrigins: readSetting(settingList.allowedOrigins, env, options),
    allowCredentials: readSetting(settingList.allowCredentials, env, options),
  });
}

/** Port 0 asks the system for a free port, for both servers. */
function defaultAdminPort(port: number): number {
  if (port === 0) return 0;
  if (port <= 64_535) return port + 1000;
  throw new ConfigError('ADMIN_PORT must be set, because PORT + 1000 exceeds 65535');
}
