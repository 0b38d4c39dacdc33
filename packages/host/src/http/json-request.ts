import type { IncomingMessage } from 'node:http';
import { requestError } from '@restmapper/core';
import { readBytes } from './read-bytes.ts';

/** The maximum body size for the command's own URLs. */
const maxBytes = 64 * 1024;

const jsonType = /^application\/json\s*(;|$)/i;

/**
 * Reads the JSON object in a request's body.
 *
 * Accepts only `application/json`, which a form on another host's page cannot send without a preflight.
 * @throws RequestError UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE, INVALID_JSON
 */
export async function readJsonObject(request: IncomingMessage): Promise<Readonly<Record<string, unknown>>> {
  if (!jsonType.test(request.headers['content-type'] ?? '')) {
    throw requestError('UNSUPPORTED_MEDIA_TYPE', { detail: 'the body must be application/json' });
  }
  return parseObject((await readBytes(request, maxBytes)).toString());
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw requestError('INVALID_JSON', { detail: 'the body is not JSON' });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw requestError('INVALID_BODY', { detail: 'the body must be an object' });
}
