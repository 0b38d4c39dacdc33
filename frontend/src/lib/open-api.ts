import { type BodyType, bodyTypeOf } from './body-type.ts';
import type { CredentialField } from './credential.ts';
import type { JsonSchema, ResolveRef } from './json-schema.ts';
import { type Answer, isSuccessStatus, sortAnswers } from './operation-answers.ts';
import { readSchemeNotes, type SchemeNote } from './scheme-notes.ts';
import { readCredentialFields } from './security-schemes.ts';

/** The API of the running file, read from its OpenAPI document. */
export interface ApiDocument {
  readonly operations: readonly Operation[];
  readonly feeds: readonly ApiFeed[];
  /** The header fields for credentials; empty if no endpoint needs any. */
  readonly credentials: readonly CredentialField[];
  /** How callers authenticate, for each scheme. */
  readonly schemes: readonly SchemeNote[];
  /** The schemas that operations share, by name. */
  readonly schemas: Readonly<Record<string, JsonSchema>>;
  /** Resolves a `$ref` within the document. */
  readonly resolve: ResolveRef;
}

/** A feed, which any number of endpoints may publish to. */
export interface ApiFeed {
  readonly name: string;
  readonly public: boolean;
  readonly maxAgeSeconds: number | undefined;
}

/** One endpoint. */
export interface Operation {
  /** `METHOD /path`, as in endpoints.yaml. */
  readonly key: string;
  readonly method: string;
  readonly path: string;
  /** The prefix of the path in a URL. */
  readonly prefix: string;
  readonly summary: string;
  /** Markdown. */
  readonly description: string;
  readonly deprecated: boolean;
  readonly delivery: string;
  readonly feed: string | undefined;
  readonly timeoutMs: number | undefined;
  /** The schema of the path's parameters as one object; `undefined` without any. */
  readonly params: JsonSchema | undefined;
  /** The schema of the query as one object; `undefined` without one. */
  readonly query: JsonSchema | undefined;
  /** The schema of the request headers as one object; `undefined` without any. */
  readonly headers: JsonSchema | undefined;
  /** The media types of a body, JSON first; empty if the endpoint takes none. */
  readonly bodies: readonly BodyType[];
  /** How a call can be answered: successes first. */
  readonly answers: readonly Answer[];
  readonly takesIdempotencyKey: boolean;
  /** The schemes, one of which must accept the caller; empty for a public endpoint. */
  readonly schemes: readonly string[];
  /** The scopes that the caller needs, all of them. */
  readonly scopes: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

const methods = new Set(['get', 'head', 'post', 'put', 'patch', 'delete']);

/** Reads an OpenAPI 3.1 document with restmapper's extensions; missing parts are empty. */
export function readApiDocument(value: unknown): ApiDocument {
  const document = fieldsOf(value);
  const [server] = listOf(document['servers']);
  const prefix = textOf(fieldsOf(server)['url']);
  const resolve = (ref: string) => schemaOf(valueAt(document, ref));
  const operations = Object.entries(fieldsOf(document['paths'])).flatMap(([path, item]) =>
    Object.entries(fieldsOf(item))
      .filter(([method]) => methods.has(method))
      .map(([method, operation]) =>
        toOperation(fieldsOf(operation), { method: method.toUpperCase(), path, prefix, document }),
      ),
  );
  const components = fieldsOf(document['components']);
  const schemas = fieldsOf(components['schemas']) as Readonly<Record<string, JsonSchema>>;
  const securitySchemes = fieldsOf(components['securitySchemes']);
  const credentials = readCredentialFields(securitySchemes);
  const feeds = listOf(document['x-restmapper-feeds']).map(toFeed);
  const schemes = readSchemeNotes(securitySchemes);
  return { operations, feeds, credentials, schemes, schemas, resolve };
}

function toFeed(value: unknown): ApiFeed {
  const { name, public: isPublic, maxAgeSeconds } = fieldsOf(value);
  return {
    name: textOf(name),
    public: isPublic === true,
    maxAgeSeconds: typeof maxAgeSeconds === 'number' ? maxAgeSeconds : undefined,
  };
}

interface Place {
  readonly method: string;
  readonly path: string;
  readonly prefix: string;
  readonly document: Fields;
}

function toOperation(operation: Fields, { method, path, prefix, document }: Place): Operation {
  const extension = fieldsOf(operation['x-restmapper']);
  const parameters = listOf(operation['parameters']).map((item) => dereference(fieldsOf(item), document));
  const { feed, timeoutMs } = extension;
  const key = textOf(extension['key']) || `${method} ${path}`;
  const summary = textOf(operation['summary']);
  return {
    key,
    method,
    path,
    prefix,
    // The server summarizes by the key where the file says nothing.
    summary: summary === key ? '' : summary,
    description: textOf(operation['description']),
    deprecated: operation['deprecated'] === true,
    delivery: textOf(extension['delivery']),
    feed: typeof feed === 'string' ? feed : undefined,
    timeoutMs: typeof timeoutMs === 'number' ? timeoutMs : undefined,
    params: objectOf(parameters.filter((parameter) => parameter['in'] === 'path')),
    query: queryOf(parameters.filter((parameter) => parameter['in'] === 'query')),
    headers: objectOf(parameters.filter((parameter) => parameter['in'] === 'header' && !isKey(parameter))),
    bodies: bodiesOf(fieldsOf(operation['requestBody'])),
    answers: answersOf(fieldsOf(operation['responses']), document),
    takesIdempotencyKey: parameters.some(isKey),
    ...callersOf(listOf(operation['security']).map(fieldsOf)),
  };
}

function isKey({ name }: Fields): boolean {
  return textOf(name).toLowerCase() === 'idempotency-key';
}

function answersOf(responses: Fields, document: Fields): readonly Answer[] {
  const answers = Object.entries(responses).map(([status, value]) => {
    const response = dereference(fieldsOf(value), document);
    const description = textOf(response['description']);
    const isSuccess = isSuccessStatus(status);
    const types = Object.keys(fieldsOf(response['content']));
    const mediaTypes = isSuccess && types.some((type) => type !== 'application/json') ? types : [];
    return { status, isSuccess, description, schema: bodyOf(response), mediaTypes };
  });
  return sortAnswers(answers);
}

/** Any scheme suffices; all require the same scopes. */
function callersOf(security: readonly Fields[]): Pick<Operation, 'schemes' | 'scopes'> {
  const [first = {}] = security;
  const [scopes] = Object.values(first);
  return { schemes: security.flatMap((item) => Object.keys(item)), scopes: listOf(scopes).map(textOf) };
}

/** Additional query parameters are one exploded parameter; these are its members. */
function queryOf(parameters: readonly Fields[]): JsonSchema | undefined {
  const others = parameters.find((parameter) => parameter['explode'] === true);
  const named = parameters.filter((parameter) => parameter !== others);
  const open = others && schemaOf(others['schema']);
  if (named.length === 0 || typeof open !== 'object') return open ?? objectOf(named);
  const { patternProperties, additionalProperties } = open;
  return {
    ...fieldsOf(objectOf(named)),
    ...(patternProperties !== undefined && { patternProperties }),
    additionalProperties,
  };
}

function objectOf(parameters: readonly Fields[]): JsonSchema | undefined {
  if (parameters.length === 0) return undefined;
  const named = parameters.map(
    (parameter) => [textOf(parameter['name']), withDescription(parameter)] as const,
  );
  const required = parameters
    .filter((parameter) => parameter['required'] === true)
    .map(({ name }) => textOf(name));
  return { type: 'object', properties: Object.fromEntries(named), required, additionalProperties: false };
}

function withDescription({ schema, description }: Fields): JsonSchema {
  const own = schemaOf(schema) ?? true;
  return typeof own === 'object' && description !== undefined ? { description, ...own } : own;
}

function bodyOf(requestBody: Fields): JsonSchema | undefined {
  return schemaOf(fieldsOf(fieldsOf(requestBody['content'])['application/json'])['schema']);
}

/** An event of CloudEvents is sent as what it is, JSON; its own type is for programs. */
function bodiesOf(requestBody: Fields): readonly BodyType[] {
  const types = Object.entries(fieldsOf(requestBody['content']))
    .filter(([type]) => type !== 'application/cloudevents+json')
    .map(([type, content]) => bodyTypeOf(type, schemaOf(fieldsOf(content)['schema']) ?? true));
  const isJson = ({ format }: BodyType): boolean => format === 'json';
  return [...types.filter(isJson), ...types.filter((type) => !isJson(type))];
}

function dereference(fields: Fields, document: Fields): Fields {
  const { $ref: ref } = fields;
  return typeof ref === 'string' ? fieldsOf(valueAt(document, ref)) : fields;
}

/** Resolves a reference such as `#/components/schemas/Order`; other documents are not available. */
function valueAt(document: Fields, ref: string): unknown {
  if (!ref.startsWith('#')) return undefined;
  return decodeURIComponent(ref)
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>(
      (value, step) => (Array.isArray(value) ? value[Number(step)] : fieldsOf(value)[step]),
      document,
    );
}

function schemaOf(value: unknown): JsonSchema | undefined {
  if (typeof value === 'boolean') return value;
  return typeof value === 'object' && value !== null ? fieldsOf(value) : undefined;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
