import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';

export interface Question {
  readonly url: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly timeoutMs: number;
}

/** A service's answer, without its body. */
export interface ServiceAnswer {
  readonly status: number;
  /** All values of a header, as sent by the service; `fetch` would join them. */
  readonly valuesOf: (name: string) => readonly string[];
}

/** Larger bodies cost more to drain than a new connection. */
const maxDrainBytes = 64 * 1024;

/**
 * Calls a service with GET, without following redirects.
 *
 * Retries once if the service had closed an idle connection.
 * @throws Error without an answer in time
 */
export async function ask({ url, headers, timeoutMs }: Question): Promise<ServiceAnswer> {
  const signal = AbortSignal.timeout(timeoutMs);
  const attempt = (): Promise<IncomingMessage> => send(url, Object.fromEntries(headers), signal);
  const response = await attempt().catch((error: unknown) => {
    if (error instanceof StaleConnection) return attempt();
    throw error;
  });
  drain(response);
  return {
    status: response.statusCode ?? 0,
    valuesOf: (name) => valuesIn(response.rawHeaders, name.toLowerCase()),
  };
}

/** Before Node 20.20, `headersDistinct` throws if there is a header called `constructor`. */
function valuesIn(rawHeaders: readonly string[], name: string): readonly string[] {
  return rawHeaders.filter((_value, at) => at % 2 === 1 && rawHeaders[at - 1]?.toLowerCase() === name);
}

/** A reused connection ended without an answer. */
class StaleConnection extends Error {}

function send(url: string, headers: Record<string, string>, signal: AbortSignal): Promise<IncomingMessage> {
  const open = url.startsWith('https:') ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const request = open(url, { headers, signal });
    request.once('response', resolve);
    request.on('error', (error: NodeJS.ErrnoException) => {
      const isStale = request.reusedSocket && error.code === 'ECONNRESET';
      reject(isStale ? new StaleConnection('the connection was stale', { cause: error }) : error);
    });
    request.end();
  });
}

/** Frees the connection for the next request. */
function drain(response: IncomingMessage): void {
  let bytes = 0;
  response.on('error', () => {}); // The head has been read; the body is irrelevant.
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > maxDrainBytes) response.destroy();
  });
}
