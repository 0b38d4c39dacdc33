import { readFileSync } from 'node:fs';
import { deliveries } from '../deliveries/deliveries.ts';
import { handlers } from '../handlers/handlers.ts';
import type { JsonObject } from '../model/json.ts';

/** The file that editors complete and explain from. */
const committed = JSON.parse(
  readFileSync(new URL('../../endpoints.schema.json', import.meta.url), 'utf8'),
) as JsonObject;

/**
 * The JSON Schema (draft-07) of `endpoints.yaml`: the committed file, with what kinds of endpoint and built-in
 * handlers say of themselves.
 */
export function describeFile(): JsonObject {
  const definitions = objectAt(committed, 'definitions');
  const endpoint = objectAt(definitions, 'endpoint');
  const worker = objectAt(definitions, 'worker');
  const keys = Object.values(deliveries);
  const gists = keys.map(({ key, gist }) => `\`${key}\` (${gist})`);
  return {
    ...committed,
    definitions: {
      ...definitions,
      endpoint: {
        ...endpoint,
        oneOf: keys.map(({ key }) => ({ required: [key] })),
        oneOfErrorMessage: `needs exactly one of ${gists.slice(0, -1).join(', ')} and ${gists.at(-1)}`,
        properties: {
          ...objectAt(endpoint, 'properties'),
          ...Object.fromEntries(keys.map(({ key, schema }) => [key, schema])),
        },
      },
      worker: { ...worker, properties: { ...objectAt(worker, 'properties'), ...workerProperties(worker) } },
    },
  };
}

function workerProperties(worker: JsonObject): JsonObject {
  const properties = objectAt(worker, 'properties');
  const known = Object.values(handlers);
  const gists = known.map(({ key, gist }) => `\`${key}\` ${gist}`).join(', ');
  const counts = known.map(({ key, concurrency }) => `\`${key}\` ${concurrency}`).join(', ');
  const others = Object.values(deliveries)
    .toSorted((a, b) => b.defaultConcurrency - a.defaultConcurrency)
    .map(({ key, defaultConcurrency }) => `${defaultConcurrency} with \`${key}\``)
    .join(' and ');
  return {
    use: {
      ...objectAt(properties, 'use'),
      description: `${gists}; else the path of a module, beginning with \`./\`, \`../\` or \`/\`, relative to this file.`,
      examples: [...known.map(({ key }) => key), './workers/thumbnail.ts'],
    },
    concurrency: {
      ...objectAt(properties, 'concurrency'),
      description: `Most batches in work at once, in one process. Default: ${counts}, a module ${others}.`,
    },
  };
}

function objectAt(schema: JsonObject, key: string): JsonObject {
  const value = schema[key];
  if (typeof value !== 'object' || value === null) throw new TypeError(`the schema has no ${key}`);
  return value as JsonObject;
}
