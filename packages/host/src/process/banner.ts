import { parseBrokerUrl } from '@restmapper/bus';
import type { Model } from '@restmapper/endpoints';
import { parseDatabaseUrl } from '@restmapper/workers';
import { describeAccess } from './access-note.ts';
import { formatRoutes } from './route-table.ts';
import type { Settings } from './settings.ts';

export interface BannerFacts {
  readonly model: Model;
  readonly settings: Settings;
  /** The URLs to open, with labels: `['API', 'http://127.0.0.1:8080/api/v1/']`. */
  readonly urls: readonly (readonly [name: string, url: string])[];
  readonly usesDatabase: boolean;
  /** The state of `bus` and `database`: `ok`, or the problem. */
  readonly checks: Readonly<Record<string, string>>;
}

/**
 * The banner of a started process: embedded parts and their limits, missing connections, access, URLs and
 * routes.
 */
export function formatBanner({ model, settings, urls, usesDatabase, checks }: BannerFacts): string {
  const lines = [
    '',
    `  bus       ${busLine(settings)}`,
    ...problemLines(checks['bus']),
    ...(usesDatabase ? [`  database  ${databaseLine(settings)}`, ...problemLines(checks['database'])] : []),
    `  access    ${describeAccess(model)}`,
    ...urls.map(([name, url]) => `  ${name.padEnd(8)}  ${url}`),
    '',
    ...formatRoutes(model)
      .split('\n')
      .map((line) => `  ${line}`),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

/** Below a missing connection: the process retries automatically, but a wrong password needs a fix. */
function problemLines(state = 'ok'): readonly string[] {
  return state === 'ok' ? [] : [`            NOT CONNECTED (retrying): ${state.replace(/^down: /, '')}`];
}

function busLine({ amqpUrls }: Settings): string {
  if (amqpUrls.length > 0)
    return `RabbitMQ at ${amqpUrls.map((url) => parseBrokerUrl(url).place).join(', ')}`;
  return 'embedded, in memory: its messages are lost when this process ends (set AMQP_URL for RabbitMQ)';
}

function databaseLine({ databaseUrl, dataDir }: Settings): string {
  if (databaseUrl) return `PostgreSQL at ${parseDatabaseUrl(databaseUrl).place}`;
  return `embedded, in ${dataDir}: survives a crash of this process, not a power cut (set DATABASE_URL for PostgreSQL)`;
}
