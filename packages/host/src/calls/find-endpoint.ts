import { ConfigError } from '@restmapper/core';
import { type Endpoint, type Model, nearest, type Texts } from '@restmapper/endpoints';

/** An endpoint of a file, with what its name as written says of the call. */
export interface FoundEndpoint {
  readonly endpoint: Endpoint;
  /** Path parameters, decoded, of a concrete path such as `/orders/7`. */
  readonly params: Texts;
  /** The query string behind a `?`. */
  readonly query: string;
}

type Endpoints = Pick<Model, 'endpoints'> & Partial<Pick<Model, 'internal'>>;

/**
 * Finds the endpoint that a person means by `POST /orders`, `GET /orders/{id}`, or a concrete path such as
 * `GET /orders/7?limit=5`.
 *
 * The method may be omitted if only one endpoint has the path.
 * @throws ConfigError that suggests the nearest endpoint, or lists the methods.
 */
export function findEndpoint({ endpoints, internal = [] }: Endpoints, given: string): FoundEndpoint {
  const { method, path, query } = parseGiven(given);
  const candidates = endpoints.filter((endpoint) => method === '' || endpoint.method === method);
  const named = candidates.filter((endpoint) => endpoint.path === path);
  const found =
    named.length > 0 ? named.map((endpoint) => ({ endpoint, params: noTexts() })) : match(candidates, path);
  const [first, ...others] = found;
  if (!first)
    throw internal.some(({ key }) => key === given) ? notCallable(given) : unknown(endpoints, given);
  if (method === '' && others.some(({ endpoint }) => endpoint.path === first.endpoint.path)) {
    const keys = [first, ...others].map(({ endpoint }) => `"${endpoint.key}"`);
    throw new ConfigError(`${JSON.stringify(given)} has several methods: name one of ${keys.join(', ')}`);
  }
  return { ...first, query };
}

function parseGiven(given: string): {
  readonly method: string;
  readonly path: string;
  readonly query: string;
} {
  const [, method = '', target = ''] = /^(?:([A-Za-z]+)\s+)?(.*)$/s.exec(given.trim()) ?? [];
  const [, path = '', query = ''] = /^([^?]*)\??(.*)$/s.exec(target) ?? [];
  return { method: method.toUpperCase(), path, query };
}

interface Match {
  readonly endpoint: Endpoint;
  readonly params: Texts;
}

/** The endpoints whose path matches, fewest parameters first. */
function match(endpoints: readonly Endpoint[], path: string): readonly Match[] {
  return endpoints
    .flatMap((endpoint) => {
      const params = captureParams(endpoint.path, path);
      return params ? [{ endpoint, params }] : [];
    })
    .sort((a, b) => rankOf(a.endpoint).localeCompare(rankOf(b.endpoint)));
}

/** Fewer parameters come first, then a later first parameter, as in the gateway. */
function rankOf({ path, paramNames }: Endpoint): string {
  const places = path.split('/').map((segment) => (isParam(segment) ? '1' : '0'));
  return `${String(paramNames.length).padStart(3, '0')}${places.join('')}`;
}

function captureParams(pattern: string, path: string): Texts | undefined {
  const [wanted, segments] = [pattern.split('/'), path.split('/')];
  if (wanted.length !== segments.length) return undefined;
  const params = noTexts();
  for (const [index, want] of wanted.entries()) {
    const segment = segments[index] ?? '';
    if (isParam(want) && segment !== '') params[want.slice(1, -1)] = decode(segment);
    else if (want !== segment) return undefined;
  }
  return params;
}

function isParam(segment: string): boolean {
  return segment.startsWith('{') && segment.endsWith('}');
}

/** A person may write a space or a broken escape, which then counts as text. */
function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Without a prototype, since callers choose the names. */
function noTexts(): Texts {
  return Object.create(null);
}

function notCallable(name: string): ConfigError {
  return new ConfigError(
    `${name} is internal: only workers can send to it, and a case of \`restmapper test\``,
  );
}

function unknown(endpoints: readonly Endpoint[], given: string): ConfigError {
  const keys = endpoints.map(({ key }) => key);
  const near =
    nearest(given, keys) ??
    nearest(
      given,
      endpoints.map(({ path }) => path),
    );
  const key = endpoints.find((endpoint) => endpoint.key === near || endpoint.path === near)?.key;
  const hint = key === undefined ? '`restmapper routes` lists them' : `did you mean "${key}"?`;
  return new ConfigError(`${JSON.stringify(given)} is not an endpoint of this file; ${hint}`);
}
