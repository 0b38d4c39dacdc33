import { ConfigError, type Violation } from '@restmapper/core';
import {
  type Endpoint,
  type JsonSchema,
  pointerStep,
  SchemaCompiler,
  type Texts,
  type TextValues,
} from '@restmapper/endpoints';
import type { GivenValue } from './call-values.ts';
import type { FoundEndpoint } from './find-endpoint.ts';

/** What a caller wants to send to an endpoint. */
export interface CallInput {
  /** Path parameters, body fields or query parameters, whichever the endpoint has. */
  readonly values: readonly GivenValue[];
  /** Query parameters. */
  readonly query: readonly GivenValue[];
  /** The whole body, sent as it is. */
  readonly data?: string | undefined;
}

/** A call as it is sent, and the reasons for which the gateway would refuse it. */
export interface PreparedCall {
  readonly method: string;
  /** Percent-encoded, with the query. */
  readonly target: string;
  readonly body: string | undefined;
  /** Sentences such as `body /count must be integer`. */
  readonly mistakes: readonly string[];
}

/**
 * Puts a caller's values where an endpoint expects them, and checks them by its schemas.
 *
 * A value belongs to the path parameter of its name, else to the body if the endpoint has one, else to the
 * query. Texts become what the schema asks for; JSON values are sent as written.
 * @throws ConfigError if a path parameter is missing, or a value has no place.
 */
export function prepareCall(found: FoundEndpoint, { values, query, data }: CallInput): PreparedCall {
  const { endpoint } = found;
  const isParam = ({ name }: GivenValue): boolean => endpoint.paramNames.includes(name);
  const rest = values.filter((value) => !isParam(value));
  const takesFields = endpoint.body !== undefined;
  if (data !== undefined && takesFields && rest.length > 0) {
    throw new ConfigError(`the body comes from --data; ${rest[0]?.name} must be in it`);
  }
  const params = Object.assign(Object.create(null) as Texts, found.params, textsOf(values.filter(isParam)));
  const args = collect([...searchOf(found.query), ...textPairs([...(takesFields ? [] : rest), ...query])]);
  const body = data ?? (takesFields ? bodyOf(endpoint, rest) : undefined);
  return {
    method: endpoint.method,
    target: `${fillPath(endpoint, params)}${formatQuery(args)}`,
    body,
    mistakes: [
      ...label('path parameter', readTexts(endpoint.params, params).violations),
      ...label('query', checkQuery(endpoint.query, args)),
      ...label('body', checkBody(endpoint.body, body)),
    ],
  };
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

function searchOf(query: string): readonly (readonly [string, string])[] {
  return [...new URLSearchParams(query)];
}

function textPairs(values: readonly GivenValue[]): readonly (readonly [string, string])[] {
  return values.map(({ name, text }) => [name, text]);
}

function textsOf(values: readonly GivenValue[]): Texts {
  return collect(textPairs(values));
}

/** A repeated name is an array. */
function collect(pairs: readonly (readonly [string, string])[]): Texts {
  const texts: Texts = Object.create(null);
  for (const [name, text] of pairs) {
    const earlier = texts[name];
    texts[name] = earlier === undefined ? text : [earlier, text].flat();
  }
  return texts;
}

/** The JSON of an object with these fields; numbers of JSON values stay as written. */
function bodyOf({ body: schema }: Endpoint, values: readonly GivenValue[]): string {
  const texts = textsOf(values.filter(({ isJson }) => !isJson));
  const typed = readTexts(schema, texts).values;
  const members = new Map(Object.keys(texts).map((name) => [name, JSON.stringify(typed[name])]));
  for (const { name, text, isJson } of values) if (isJson) members.set(name, text);
  return `{${[...members].map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`;
}

function readTexts(schema: JsonSchema | undefined, texts: Texts): TextValues {
  if (schema === undefined) return { values: texts, violations: [] };
  return new SchemaCompiler().compileText(schema)(texts);
}

function checkQuery(schema: JsonSchema | undefined, args: Texts): readonly Violation[] {
  if (schema !== undefined) return readTexts(schema, args).violations;
  return Object.keys(args).map((name) => ({ pointer: pointerStep(name), detail: 'is not declared' }));
}

function checkBody(schema: JsonSchema | undefined, body: string | undefined): readonly Violation[] {
  if (body === undefined) return [];
  if (schema === undefined) return [{ pointer: '', detail: 'is not taken by this endpoint' }];
  const value = parseJson(body);
  if (value === undefined) return [{ pointer: '', detail: 'is not JSON' }];
  return new SchemaCompiler().compileJson(schema)(value, Buffer.from(body));
}

/** `undefined` if it is not JSON; no JSON value is `undefined`. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function label(part: string, violations: readonly Violation[]): readonly string[] {
  return violations.map(({ pointer, detail }) => [part, pointer, detail].filter(Boolean).join(' '));
}
