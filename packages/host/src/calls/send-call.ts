import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { Readable } from 'node:stream';
import type { HttpCall } from './curl.ts';
import { headerBytes } from './header-line.ts';

/** Answers that have no body. */
const bodiless = [204, 205, 304];

/**
 * Sends a request with its own headers and no others but those that HTTP needs; redirects are not followed.
 *
 * `fetch` adds `accept-language` and more, which an endpoint may declare. The signal also ends the reading of the body.
 */
export async function sendCall(
  { method, url, headers, body }: HttpCall,
  signal: AbortSignal,
): Promise<Response> {
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const lines = headers.map(([name, value]) => [name, headerBytes(value)] as const);
    const calling = request(
      url,
      { method, headers: Object.fromEntries(lines), agent: false, signal },
      resolve,
    );
    calling.once('error', reject).end(body);
  });
  return responseOf(answer, method);
}

function responseOf(answer: IncomingMessage, method: string): Response {
  const { statusCode: status = 0, statusMessage: statusText = '', rawHeaders } = answer;
  const headers = new Headers();
  for (let at = 0; at < rawHeaders.length; at += 2)
    headers.append(rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '');
  const hasBody = method !== 'HEAD' && !bodiless.includes(status);
  // Node's stream and the DOM's have the same members.
  const body = hasBody ? (Readable.toWeb(answer) as ReadableStream<Uint8Array>) : null;
  if (!hasBody) answer.resume();
  return new Response(body, { status, statusText, headers });
}
