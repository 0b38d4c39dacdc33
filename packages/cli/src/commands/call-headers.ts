import { validateHeaderName, validateHeaderValue } from 'node:http';
import { ConfigError } from '@restmapper/core';
import type { Access, Model } from '@restmapper/endpoints';
import { headerBytes, type HeaderLine, readSecret, type Terminal } from '@restmapper/host';

export interface Credentials {
  readonly token?: string;
  readonly apiKey?: string;
}

/** The headers of a call, and which of their values come from the environment. */
export interface CallHeaders {
  readonly headers: readonly HeaderLine[];
  /** Names of variables, by their value. */
  readonly variables: ReadonlyMap<string, string>;
}

export interface HeadersOptions extends Credentials {
  readonly terminal: Terminal;
  /** As `name: value`; they come before the credentials of the same name. */
  readonly header?: readonly string[];
}

/**
 * The headers of a request to an endpoint or feed; the environment's credentials only if it is not public.
 *
 * @throws ConfigError if a header is not `name: value`, or cannot be sent.
 */
export function headersOf(
  access: Access,
  model: Model,
  { terminal, header = [], token, apiKey }: HeadersOptions,
): CallHeaders {
  const variables = new Map<string, string>();
  const fromEnv = (name: string): string | undefined => {
    if (access.kind === 'public') return undefined;
    const value = readSecret(terminal.env, name, terminal.readFile);
    if (value !== undefined && terminal.env[name] !== undefined) variables.set(value, name);
    return value;
  };
  const bearer = token ?? fromEnv('RESTMAPPER_TOKEN');
  const key = apiKey ?? fromEnv('RESTMAPPER_API_KEY');
  const headers = [
    ...(bearer === undefined ? [] : ([['authorization', `Bearer ${bearer}`]] as const)),
    ...(key === undefined ? [] : ([[apiKeyHeader(access, model), key]] as const)),
    ...joinRepeated(header.map(parseHeader)),
  ];
  const own = new Map(headers.map(([name, value]) => [name.toLowerCase(), [name, value] as const]));
  assertSendable([...own.values()]);
  return { headers: [...own.values()], variables };
}

/** The header of the API keys that are accepted. */
function apiKeyHeader(access: Access, { auth }: Model): string {
  const keys = (auth?.schemes ?? []).filter(({ kind }) => kind === 'apiKey');
  const accepted = keys.find(({ name }) => access.kind === 'protected' && access.schemes.includes(name));
  const scheme = accepted ?? keys[0];
  return scheme && 'header' in scheme ? String(scheme.header) : 'x-api-key';
}

function parseHeader(given: string): HeaderLine {
  const [, name, value] = /^([^:\s]+):\s*(.*)$/s.exec(given) ?? [];
  if (name === undefined || value === undefined) {
    throw new ConfigError(`the header ${JSON.stringify(given)} must be name: value`);
  }
  return [name, value];
}

/** A header that is given several times is one: RFC 9110, section 5.3. */
function joinRepeated(lines: readonly HeaderLine[]): readonly HeaderLine[] {
  const joined = new Map<string, HeaderLine>();
  for (const [name, value] of lines) {
    const earlier = joined.get(name.toLowerCase());
    joined.set(name.toLowerCase(), earlier ? [earlier[0], `${earlier[1]}, ${value}`] : [name, value]);
  }
  return [...joined.values()];
}

function assertSendable(headers: CallHeaders['headers']): void {
  for (const [name, value] of headers) {
    try {
      validateHeaderName(name);
      validateHeaderValue(name, headerBytes(value));
    } catch {
      throw new ConfigError(`the header ${name} has a value that HTTP cannot carry, or is not a header name`);
    }
  }
}
