import type { JsonObject } from '../../model/json.ts';
import { infoOf } from '../info.ts';
import { inlineParts } from './inline-parts.ts';
import type { Model } from '../../model/model.ts';
import { capitalize, operationNames } from '../operation-names.ts';
import { operationOf } from './operation.ts';
import type { OperationPlace } from './operation-place.ts';
import { sharedParametersOf } from './parameters.ts';
import { ProblemShelf } from './problem-responses.ts';
import { problemSchemas } from './problem-schemas.ts';
import { SchemaShelf } from './schema-shelf.ts';
import { securitySchemesOf } from './security.ts';
import { tagsOf } from './tags.ts';

/** The parts of a document that are not in the model. */
export interface DocumentOptions {
  /** The server's version, also used for the API if its file has none. */
  readonly version: string;
  /** The path under which callers reach the API. @default /api/v1 */
  readonly basePath?: string | undefined;
}

/**
 * Describes the HTTP API of a model as an OpenAPI 3.1 document, to be written as JSON.
 *
 * Each operation has `x-restmapper: {key, delivery, feed?, exchange, timeoutMs}`; the document lists the
 * feeds as `x-restmapper-feeds: [{name, public, maxAgeSeconds}]`.
 *
 * ```ts
 * import { openApiOf, parseEndpoints } from '@restmapper/endpoints';
 *
 * const text = 'endpoints: { "GET /orders/{id}": { rpc: true } }';
 * const model = parseEndpoints(text, { file: 'endpoints.yaml', directory: '.' });
 * const { openapi, paths } = openApiOf(model, { version: '1.0.0' });
 * console.log(openapi, Object.keys(paths ?? {})); // 3.1.0 [ '/orders/{id}' ]
 * ```
 * @see https://spec.openapis.org/oas/v3.1.0
 */
export function openApiOf(model: Model, { version, basePath = '/api/v1' }: DocumentOptions): JsonObject {
  const problems = new ProblemShelf(model);
  const ownSchemas = problemSchemas(model);
  const shelf = new SchemaShelf({ reserved: Object.keys(ownSchemas) });
  const paths = pathsOf(model, { shelf, problems });
  return inlineParts({
    openapi: '3.1.0',
    info: infoOf(model, version),
    servers: [{ url: basePath }],
    ...(!model.auth && { security: [] }),
    tags: tagsOf(model.endpoints),
    paths,
    components: {
      schemas: { ...ownSchemas, ...shelf.schemas },
      responses: problems.responses,
      parameters: sharedParametersOf(model.endpoints),
      headers: sharedHeaders,
      ...(model.auth && { securitySchemes: securitySchemesOf(model) }),
    },
    'x-restmapper-feeds': model.feeds.map(({ name, access, maxAgeSeconds }) => ({
      name,
      public: access.kind === 'public',
      maxAgeSeconds,
    })),
  });
}

const sharedHeaders: JsonObject = {
  RequestId: {
    description: 'The id under which the call is logged: the one sent, or a new one.',
    schema: { type: 'string' },
  },
  RetryAfter: {
    description: 'The seconds to wait before a retry; on every 429 and 503.',
    schema: { type: 'integer', minimum: 1 },
  },
};

/** A path, and its operations by method. */
interface PathItem {
  readonly path: string;
  readonly paramNames: readonly string[];
  readonly operations: Record<string, JsonObject>;
}

/** OpenAPI treats paths that differ only in parameter names as one: the first determines the names. */
function pathsOf(model: Model, shelves: Pick<OperationPlace, 'shelf' | 'problems'>): JsonObject {
  const { endpoints } = model;
  const names = operationNames(endpoints);
  const items = new Map<string, PathItem>();
  for (const endpoint of endpoints) {
    const { key, method, path, paramNames } = endpoint;
    const shape = path.replaceAll(/\{[^}]*\}/g, '{}');
    const item = items.get(shape) ?? { path, paramNames, operations: {} };
    items.set(shape, item);
    const operationId = names.get(key) ?? key;
    const typeName = capitalize(operationId);
    const place = { operationId, typeName, pathParamNames: item.paramNames, ...shelves, model };
    item.operations[method.toLowerCase()] = operationOf(endpoint, place);
  }
  return Object.fromEntries([...items.values()].map(({ path, operations }) => [path, operations]));
}
