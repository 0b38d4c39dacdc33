import { parseBrokerUrl } from '@restmapper/bus';
import type { Model } from '@restmapper/endpoints';
import { parseDatabaseUrl } from '@restmapper/workers';
import { describeAccess } from './access-note.ts';
import { formatRoutes } from './route-table.ts';
import type { Settings } from './settings.ts';

export interface BannerFacts {
  readonly version: string;
  readonly role: string;
  readonly model: Model;
  readonly settings: Settings;
  /** What a person can open, by what it is: `['API', 'http://127.0.0.1:8080/api/v1/']`. */
  readonly urls: readonly (readonly [name: string, url: string])[];
  readonly usesDatabase: boolean;
}

/** What a process says when it has started: its version, what is embedded and what that means, who may call, its URLs and routes. */
export function formatBanner({ version, role, model, settings, urls, usesDatabase }: BannerFacts): string {
  const lines = [
    `restmapper ${version} · ${role}`,
    '',
    `  bus       ${busLine(settings)}`,
    ...(usesDatabase ? [`  database  ${databaseLine(settings)}`] : []),
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

function busLine({ amqpUrls }: Settings): string {
  if (amqpUrls.length > 0)
    return `RabbitMQ at ${amqpUrls.map((url) => parseBrokerUrl(url).place).join(', ')}`;
  return 'embedded, in memory: what it holds is lost when this process ends (set AMQP_URL for RabbitMQ)';
}

function databaseLine({ databaseUrl, dataDir }: Settings): string {
  if (databaseUrl) return `PostgreSQL at ${parseDatabaseUrl(databaseUrl).place}`;
  return `embedded, in ${dataDir}: survives a crash of this process, not a power cut (set DATABASE_URL for PostgreSQL)`;
}
