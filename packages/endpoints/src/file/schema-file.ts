import { readFileSync } from 'node:fs';
import type { DeliverySpec } from '../deliveries/delivery-spec.ts';
import { publish } from '../deliveries/publish.ts';
import { deliveries, kindsThat } from '../deliveries/deliveries.ts';
import { handlers, handlersWith } from '../handlers/handlers.ts';
import type { JsonObject } from '../model/json.ts';
import { schemes } from '../schemes/schemes.ts';
import { listOf, namesOf } from '../yaml/name-list.ts';

let assembled: JsonObject | undefined;

/**
 * The JSON Schema (draft-07) of `endpoints.yaml`: the committed file, completed by the specs of endpoint
 * kinds, built-in handlers and schemes.
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
  const kinds = Object.values(deliveries);
  return {
    ...committed,
    definitions: {
      ...definitions,
      endpoint: describeSource(definition('endpoint'), kinds),
      internal: describeSource(
        definition('internal'),
        kinds.filter(({ hasWorkers }) => hasWorkers !== false),
      ),
      output: describeOutput(definition('output')),
      worker: describeWorker(definition('worker')),
      auth: describeAuth(definition('auth')),
      scheme: describeScheme(definition('scheme')),
      ...Object.assign({}, ...Object.values(schemes).map((spec) => spec.definitions)),
    },
  };
}

/** Adds the kinds to an endpoint, or to an internal source. */
function describeSource(source: JsonObject, kinds: readonly DeliverySpec[]): JsonObject {
  const answered = namesOf(kindsThat({ areAnswered: true }));
  const described = describeProperties(source, {
    reply: `JSON Schema 2020-12 of the worker's reply; only with ${answered}. The caller of a reply that violates it gets a 502. Absent: the reply is not validated.`,
  });
  return {
    ...described,
    ...oneOf(kinds, ({ key, gist }) => `\`${key}\` (${gist})`),
    properties: { ...objectAt(described, 'properties'), ...schemasOf(kinds) },
  };
}

/** Adds the keys of an exchange of another application; only endpoints have callers to be answered. */
function describeOutput(output: JsonObject): JsonObject {
  const { required, properties } = publish.schema;
  const all: JsonObject = { ...objectAt(output, 'properties'), ...(properties as object) };
  const { answer: _answer, ...withoutAnswer } = all;
  return describeProperties(
    { ...output, required, properties: withoutAnswer },
    {
      routingKey:
        'The routing key; `{data.NAME}` is a value of the message, in which `.`, `*`, `#` and `%` are percent-encoded. A message without it is not sent.',
      format:
        "What the message's body is: `raw`, the data alone; or `envelope`, as the workers of this file receive it.",
      timeout: "How long a message waits for the broker's confirm: 100ms to 10m.",
    },
  );
}

/** Describes `use`, the handlers' keys and related ones from the handlers' specs. */
function describeWorker(worker: JsonObject): JsonObject {
  const known = Object.values(handlers);
  const gists = known.map(({ key, gist }) => `\`${key}\` ${gist}`).join(', ');
  const counts = known.map(({ key, concurrency }) => `\`${key}\` ${concurrency}`).join(', ');
  const others = Object.values(deliveries)
    .filter(({ hasWorkers }) => hasWorkers !== false)
    .toSorted((a, b) => b.defaultConcurrency - a.defaultConcurrency)
    .map(({ key, defaultConcurrency }) => `${defaultConcurrency} with \`${key}\``);
  const unanswered = namesOf(kindsThat({ areAnswered: false }));
  const batched = namesOf(known.filter(({ isBatched }) => isBatched).map(({ key }) => key));
  const described = describeProperties(worker, {
    use: `${gists}; else the path of a module, beginning with \`./\`, \`../\` or \`/\`, relative to this file.`,
    queue: `The queue it consumes; only with ${unanswered}. Two workers on one endpoint need two queues, and then each receives every message. Of several sources, each has the queue \`<queue>:<exchange>\`. Absent: the name of the source's exchange.`,
    concurrency: `The most batches that one process handles at once. Absent: ${counts}, a module ${listOf(others)}.`,
    batch: `How many messages are stored in one statement, and how long it waits for them. Only for ${batched}.`,
  });
  const use = {
    ...objectAt(objectAt(described, 'properties'), 'use'),
    examples: [...known.map(({ key }) => key), './workers/thumbnail.ts'],
  };
  return { ...described, properties: { ...objectAt(described, 'properties'), use, ...handlerKeys() } };
}

/** The keys of the built-in handlers, each with the handlers that read it. */
function handlerKeys(): JsonObject {
  const keys = Object.values(handlers).flatMap((spec) => Object.entries(spec.keys));
  return Object.fromEntries(
    keys.map(([key, schema]) => {
      // What it is when absent stands last.
      const [text = '', ...absent] = String(schema['description']).split(/ (?=Absent: )/);
      const description = [text, `Only for ${namesOf(handlersWith(key))}.`, ...absent].join(' ');
      return [key, { ...schema, description }];
    }),
  );
}

function describeAuth(auth: JsonObject): JsonObject {
  const kinds = namesOf(Object.keys(schemes));
  return describeProperties(auth, {
    schemes: `The schemes, under names of your choice; each is one of ${kinds}.`,
  });
}

/** The schema with other descriptions of some properties. */
function describeProperties(schema: JsonObject, descriptions: Readonly<Record<string, string>>): JsonObject {
  const properties = objectAt(schema, 'properties');
  const described = Object.entries(descriptions).map(([name, description]) => [
    name,
    { ...objectAt(properties, name), description },
  ]);
  return { ...schema, properties: { ...properties, ...Object.fromEntries(described) } };
}

function describeScheme(scheme: JsonObject): JsonObject {
  const kinds = Object.values(schemes);
  return { ...scheme, ...oneOf(kinds, ({ key }) => `\`${key}\``), properties: schemasOf(kinds) };
}

interface Spec {
  readonly key: string;
  readonly schema: JsonObject;
}

/** A schema that requires exactly one of the keys. */
function oneOf<S extends Spec>(specs: readonly S[], describe: (spec: S) => string): JsonObject {
  return {
    oneOf: specs.map(({ key }) => ({ required: [key] })),
    oneOfErrorMessage: `needs exactly one of ${listOf(specs.map(describe))}`,
  };
}

function schemasOf(specs: readonly Spec[]): JsonObject {
  return Object.fromEntries(specs.map(({ key, schema }) => [key, schema]));
}

function objectAt(schema: JsonObject, key: string): JsonObject {
  const value = schema[key];
  if (typeof value !== 'object' || value === null) throw new TypeError(`the schema has no ${key}`);
  return value as JsonObject;
}
