import { methods } from '../model/model.ts';
import type { JsonObject } from '../model/json.ts';
import { type Change, changesAt } from './change.ts';
import type { Sources } from './content-changes.ts';
import { compareBodies, compareResponses } from './operation-changes.ts';
import { compareParameters, parametersOf } from './parameter-changes.ts';
import { breaking, compatible } from './schema/finding.ts';
import { asObject, SchemaSource } from './schema/schema-source.ts';
import { compareSchemes, compareSecurity, securityOf } from './security-changes.ts';

/**
 * Lists how an API differs from an older one, judged by whether the callers of the older one can use it.
 *
 * Both are OpenAPI 3.1 documents, as `openApiOf` makes them. A request may be restricted less, a response
 * more; what cannot be compared is `unclear`.
 *
 * ```ts
 * import { compareOpenApi, openApiOf, parseEndpoints } from '@restmapper/endpoints';
 *
 * const documentOf = (text: string) =>
 *   openApiOf(parseEndpoints(text, { file: 'endpoints.yaml', directory: '.' }), { version: '1.0.0' });
 * const before = documentOf('endpoints: { "GET /a": { rpc: true }, "GET /b": { rpc: true } }');
 * const after = documentOf('endpoints: { "GET /a": { rpc: true } }');
 * const [change] = compareOpenApi(before, after);
 * console.log(change?.severity, change?.endpoint, change?.message); // breaking GET /b was removed
 * ```
 */
export function compareOpenApi(before: JsonObject, after: JsonObject): readonly Change[] {
  const sources = { before: new SchemaSource(before), after: new SchemaSource(after) };
  const [old, now] = [operationsOf(before), operationsOf(after)];
  const keys = [...new Set([...old.keys(), ...now.keys()])];
  const changes = keys.flatMap((key) => {
    const [first, second] = [old.get(key), now.get(key)];
    const endpoint = (second ?? first)?.name ?? key;
    if (!second) return [{ severity: 'breaking' as const, endpoint, message: 'was removed' }];
    if (!first) return [{ severity: 'compatible' as const, endpoint, message: 'is new' }];
    return compareOperations(first, second, sources).map(({ severity, ...change }) => ({
      severity,
      endpoint,
      ...change,
    }));
  });
  const [schemes, newSchemes] = [before, after].map((document) =>
    asObject(asObject(document['components'])['securitySchemes']),
  );
  return [...compareServers(before, after), ...compareSchemes(schemes ?? {}, newSchemes ?? {}), ...changes];
}

interface Operation {
  /** `GET /orders/{id}` */
  readonly name: string;
  readonly path: string;
  readonly item: JsonObject;
  readonly operation: JsonObject;
  readonly document: JsonObject;
}

/** The operations by method and path, whatever the names of the path's parameters. */
function operationsOf(document: JsonObject): ReadonlyMap<string, Operation> {
  const operations = Object.entries(asObject(document['paths'])).flatMap(([path, value]) => {
    const item = asObject(value);
    return methods
      .filter((method) => method.toLowerCase() in item)
      .map((method) => {
        const operation = asObject(item[method.toLowerCase()]);
        const key = `${method} ${path.replaceAll(/\{[^}]*\}/g, '{}')}`;
        return [key, { name: `${method} ${path}`, path, item, operation, document }] as const;
      });
  });
  return new Map(operations);
}

function compareOperations(before: Operation, after: Operation, sources: Sources): readonly Change[] {
  const [old, now] = [
    parametersOf(sources.before, before.path, listOf(before)),
    parametersOf(sources.after, after.path, listOf(after)),
  ];
  const [first, second] = [before, after].map(({ operation, document }) => securityOf(operation, document));
  return [
    ...compareSecurity(first ?? [], second ?? []),
    ...compareParameters(old, now, sources),
    ...compareBodies(before.operation, after.operation, sources),
    ...compareResponses(before.operation, after.operation, sources),
  ];
}

/** An operation's own parameters come last: they replace those of its path. */
function listOf({ item, operation }: Operation): readonly unknown[] {
  return [item, operation].flatMap(({ parameters }) => (Array.isArray(parameters) ? parameters : []));
}

function compareServers(before: JsonObject, after: JsonObject): readonly Change[] {
  const [old, now] = [before, after].map(urlsOf);
  if (!old || !now) return [];
  return changesAt('servers', [
    ...old.filter((url) => !now.includes(url)).map((url) => breaking(`${url} was removed`)),
    ...now.filter((url) => !old.includes(url)).map((url) => compatible(`${url} is new`)),
  ]);
}

function urlsOf({ servers }: JsonObject): readonly string[] {
  const list = Array.isArray(servers) ? servers.map(asObject) : [];
  return list.length === 0 ? ['/'] : list.map(({ url }) => String(url));
}
