import { ConfigError, type RequestError, type Violation } from '@restmapper/core';
import {
  type Endpoint,
  type JsonSchema,
  pointerStep,
  SchemaCompiler,
  type Texts,
  type TextValues,
} from '@restmapper/endpoints';
import { judgeContent } from '@restmapper/restmapper';
import { type BodyInput, bodyOfCall, textsOf } from './call-body.ts';
import type { GivenValue } from './call-values.ts';
import { type HeaderLine, headerBytes } from './header-line.ts';
import type { FoundEndpoint } from './find-endpoint.ts';

/** What a caller wants to send to an endpoint. */
export interface CallInput extends Partial<Pick<BodyInput, 'data' | 'type'>> {
  /** Path parameters, body fields or query parameters, whichever the endpoint has. */
  readonly values: readonly GivenValue[];
  /** Query parameters. */
  readonly query: readonly GivenValue[];
  /** Headers, credentials included. A `content-type` is that of the body. */
  readonly headers?: readonly HeaderLine[];
}

/** A call as it is sent, and the reasons for which the gateway would refuse it. */
export interface PreparedCall {
  readonly method: string;
  /** Percent-encoded, with the query. */
  readonly target: string;
  /** Those of the input, and the body's type; each name once. */
  readonly headers: readonly HeaderLine[];
  readonly body: Buffer | undefined;
  /** Sentences such as `body /count must be integer`. */
  readonly mistakes: readonly string[];
}

/**
 * Puts a caller's values where an endpoint expects them, and checks the call by its schemas, as the gateway does.
 *
 * A value belongs to the path parameter of its name, else to the body if the endpoint has one, else to the
 * query. Texts become what the schema asks for; JSON values are sent as written.
 * @throws ConfigError if a path parameter is missing, or a value has no place.
 */
export function prepareCall(found: FoundEndpoint, input: CallInput): PreparedCall {
  const { endpoint } = found;
  const { values, query, data } = input;
  const isParam = ({ name }: GivenValue): boolean => endpoint.paramNames.includes(name);
  const rest = values.filter((value) => !isParam(value));
  const takesFields = endpoint.body !== undefined;
  if (data !== undefined && takesFields && rest.length > 0) {
    throw new ConfigError(`the body comes from --data; ${rest[0]?.name} must be in it`);
  }
  const params = Object.assign(Object.create(null) as Texts, found.params, textsOf(values.filter(isParam)));
  const args = textsOf([...searchOf(found.query), ...(takesFields ? [] : rest), ...query]);
  const { headers, body } = contentOf(endpoint, input, takesFields ? rest : []);
  const rawHeaders = headers.flatMap(([name, value]) => [name, headerBytes(value)]);
  return {
    method: endpoint.method,
    target: `${fillPath(endpoint, params)}${formatQuery(args)}`,
    headers,
    body,
    mistakes: [
      ...label('path parameter', readTexts(endpoint.params, params).violations),
      ...label('query', checkQuery(endpoint.query, args)),
      ...judgeContent(endpoint, { rawHeaders, body }).flatMap(describeRefusal),
    ],
  };
}

function contentOf(
  endpoint: Endpoint,
  { headers = [], data, type }: CallInput,
  fields: readonly GivenValue[],
): Pick<PreparedCall, 'headers' | 'body'> {
  const given = new Map(headers.map(([name, value]) => [name.toLowerCase(), [name, value] as const]));
  const chosen = type ?? given.get('content-type')?.[1];
  const body = bodyOfCall(endpoint, { fields, data, type: chosen });
  if (body) given.set('content-type', ['content-type', body.type]);
  return { headers: [...given.values()], body: body?.bytes };
}

function fillPath({ path, paramNames }: Endpoint, params: Texts): string {
  const missing = paramNames.find((name) => params[name] === undefined || params[name] === '');
  if (missing !== undefined) throw new ConfigError(`the path needs ${missing}=…`);
  return path.replace(/\{(\w+)\}/g, (_whole, name: string) => encodeURIComponent(String(params[name])));
}

function formatQuery(args: Texts): string {
  const search = new URLSearchParams();
  for (const [name, text] of Object.entries(args)) for (const one of [text].flat()) search.append(name, one);
  return search.size === 0 ? '' : `?${search.toString()}`;
}

function searchOf(query: string): readonly Pick<GivenValue, 'name' | 'text'>[] {
  return [...new URLSearchParams(query)].map(([name, text]) => ({ name, text }));
}

function readTexts(schema: JsonSchema | undefined, texts: Texts): TextValues {
  if (schema === undefined) return { values: texts, violations: [] };
  return new SchemaCompiler().compileText(schema)(texts);
}

function checkQuery(schema: JsonSchema | undefined, args: Texts): readonly Violation[] {
  if (schema !== undefined) return readTexts(schema, args).violations;
  return Object.keys(args).map((name) => ({ pointer: pointerStep(name), detail: 'is not declared' }));
}

/** An error without violations says in its text what is wrong. */
function describeRefusal({ code, message, violations }: RequestError): readonly string[] {
  if (violations.length === 0) return [message];
  return label(code === 'INVALID_HEADERS' ? 'header' : 'body', violations);
}

function label(part: string, violations: readonly Violation[]): readonly string[] {
  return violations.map(({ pointer, detail }) => [part, pointer, detail].filter(Boolean).join(' '));
}
