import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';

const plainText = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };

const json = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

/** Answers with a text. */
export function sendText(response: ServerResponse, text: string): void {
  send(response, 200, { headers: plainText, body: text });
}

/** Answers with a current value, as JSON. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  send(response, status, { headers: json, body: `${JSON.stringify(value)}\n` });
}

/** Answers a request for an unknown URL. */
export function sendNotFound(_request: IncomingMessage, response: ServerResponse): void {
  send(response, 404, { headers: plainText, body: 'not found\n' });
}

/** Answers a request with another method than GET or HEAD. */
export function sendNotAllowed(_request: IncomingMessage, response: ServerResponse): void {
  const headers = { ...plainText, allow: 'GET, HEAD' };
  send(response, 405, { headers, body: 'only GET and HEAD are allowed here\n' });
}

/** Answers a request without `Upgrade` for a WebSocket's URL. @see RFC 9110, section 15.5.22 */
export function sendUpgradeRequired(_request: IncomingMessage, response: ServerResponse): void {
  const headers = { ...plainText, upgrade: 'websocket', connection: 'upgrade' };
  send(response, 426, { headers, body: 'a WebSocket is needed here\n' });
}

/** Sets the content length, also for HTTP/1.0 clients, for which Node would close the connection instead. */
function send(
  response: ServerResponse,
  status: number,
  { headers, body }: { readonly headers: OutgoingHttpHeaders; readonly body: string },
): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).end(body);
}
