import { readFileSync } from 'node:fs';
import { deliveries } from '../deliveries/deliveries.ts';
import { handlers } from '../handlers/handlers.ts';
import type { JsonObject } from '../model/json.ts';
import { schemes } from '../schemes/schemes.ts';

let assembled: JsonObject | undefined;

/**
 * The JSON Schema (draft-07) of `endpoints.yaml`: the committed file, with what kinds of endpoint, built-in
 * handlers and schemes say of themselves.
 *
 * It is assembled once, at first use.
 */
export function describeFile(): JsonObject {
  assembled ??= assemble();
  return assembled;
}

function assemble(): JsonObject {
  const committed = JSON.parse(
    readFileSync(new URL('../../endpoints.schema.json', import.meta.url), 'utf8'),
  ) as JsonObject;
  const definitions = objectAt(committed, 'definitions');
  const definition = (name: string): JsonObject => objectAt(definitions, name);
  return {
    ...committed,
    definitions: {
      ...definitions,
      endpoint: describeEndpoint(definition('endpoint')),
      worker: describeWorker(definition('worker')),
      auth: describeAuth(definition('auth')),
      scheme: describeScheme(definition('scheme')),
      ...Object.assign({}, ...Object.values(schemes).map((spec) => spec.definitions)),
    },
  };
}

function describeEndpoint(endpoint: JsonObject): JsonObject {
  const kinds = Object.values(deliveries);
  return {
    ...endpoint,
    ...oneOf(kinds, ({ key, gist }) => `\`${key}\` (${gist})`),
    properties: { ...objectAt(endpoint, 'properties'), ...schemasOf(kinds) },
  };
}

function describeWorker(worker: JsonObject): JsonObject {
  const properties = objectAt(worker, 'properties');
  const known = Object.values(handlers);
  const gists = known.map(({ key, gist }) => `\`${key}\` ${gist}`).join(', ');
  const counts = known.map(({ key, concurrency }) => `\`${key}\` ${concurrency}`).join(', ');
  const others = Object.values(deliveries)
    .toSorted((a, b) => b.defaultConcurrency - a.defaultConcurrency)
    .map(({ key, defaultConcurrency }) => `${defaultConcurrency} with \`${key}\``)
    .join(' and ');
  const use = {
    ...objectAt(properties, 'use'),
    description: `${gists}; else the path of a module, beginning with \`./\`, \`../\` or \`/\`, relative to this file.`,
    examples: [...known.map(({ key }) => key), './workers/thumbnail.ts'],
  };
  const concurrency = {
    ...objectAt(properties, 'concurrency'),
    description: `Most batches in work at once, in one process. Default: ${counts}, a module ${others}.`,
  };
  return { ...worker, properties: { ...properties, use, concurrency } };
}

function describeAuth(auth: JsonObject): JsonObject {
  const properties = objectAt(auth, 'properties');
  const kinds = listOf(Object.keys(schemes).map((key) => `\`${key}\``));
  const described = {
    ...objectAt(properties, 'schemes'),
    description: `Each is one of ${kinds}, under a name of yours.`,
  };
  return { ...auth, properties: { ...properties, schemes: described } };
}

function describeScheme(scheme: JsonObject): JsonObject {
  const kinds = Object.values(schemes);
  return { ...scheme, ...oneOf(kinds, ({ key }) => `\`${key}\``), properties: schemasOf(kinds) };
}

interface Spec {
  readonly key: string;
  readonly schema: JsonObject;
}

/** What asks for exactly one of the keys. */
function oneOf<S extends Spec>(specs: readonly S[], describe: (spec: S) => string): JsonObject {
  return {
    oneOf: specs.map(({ key }) => ({ required: [key] })),
    oneOfErrorMessage: `needs exactly one of ${listOf(specs.map(describe))}`,
  };
}

function schemasOf(specs: readonly Spec[]): JsonObject {
  return Object.fromEntries(specs.map(({ key, schema }) => [key, schema]));
}

function listOf(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function objectAt(schema: JsonObject, key: string): JsonObject {
  const value = schema[key];
  if (typeof value !== 'object' || value === null) throw new TypeError(`the schema has no ${key}`);
  return value as JsonObject;
}
