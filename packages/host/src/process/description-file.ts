import { dirname, resolve } from 'node:path';
import { ConfigError } from '@restmapper/core';
import { type JsonObject, openApiOf, parseEndpoints } from '@restmapper/endpoints';
import { createIncludeReader } from './include-files.ts';
import { readTextFile } from './model-file.ts';
import { readBasePath } from './settings.ts';
import type { Terminal } from './terminal.ts';
import { version } from './version.ts';

/**
 * Reads a description of an HTTP API, an `endpoints.yaml` or an OpenAPI document in JSON, as OpenAPI; `-` is
 * standard input.
 *
 * @throws ConfigError if it is unreadable, or with every mistake in it.
 */
export async function openDescription(
  file: string,
  { env, readInput }: Pick<Terminal, 'env' | 'readInput'>,
): Promise<JsonObject> {
  const isInput = file === '-';
  const name = isInput ? 'standard input' : file;
  const text = isInput ? await readInput() : readTextFile(file);
  const document = readDocument(text, name);
  if (document) return document;
  const directory = isInput ? resolve('.') : dirname(resolve(file));
  const includes = createIncludeReader();
  const model = parseEndpoints(text, { file: name, env, directory, includes });
  const described = openApiOf(model, { version, basePath: readBasePath(env) });
  // As a document that was printed: without members that are undefined.
  return JSON.parse(JSON.stringify(described)) as JsonObject;
}

/** An OpenAPI document; undefined if the text is none. */
function readDocument(text: string, name: string): JsonObject | undefined {
  if (!text.trimStart().startsWith('{')) return undefined;
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  // An object that is not an array has names as keys.
  const document = value as JsonObject;
  const { openapi, swagger } = document;
  if (openapi === undefined && swagger === undefined) return undefined;
  if (typeof openapi === 'string' && openapi.startsWith('3.1.')) return document;
  throw new ConfigError(
    `${name} is ${openapi === undefined ? 'Swagger' : 'OpenAPI'} ${String(openapi ?? swagger)}, and only OpenAPI 3.1 can be compared; \`restmapper openapi\` prints it`,
  );
}

/** YAML that begins with a brace may not be JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
