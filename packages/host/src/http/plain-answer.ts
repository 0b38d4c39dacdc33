import type { IncomingMessage, ServerResponse } from 'node:http';

const plainText = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };

const json = {
  'content-type': 'application/json',
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

/** Answers with a text. */
export function sendText(response: ServerResponse, text: string): void {
  response.writeHead(200, plainText).end(text);
}

/** Answers with a value of this moment, as JSON. */
export function sendJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, json).end(`${JSON.stringify(value)}\n`);
}

/** Answers what belongs to none of our URLs. */
export function sendNotFound(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(404, plainText).end('not found\n');
}

/** Answers one who wants to do more than read. */
export function sendNotAllowed(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(405, { ...plainText, allow: 'GET, HEAD' }).end('only GET and HEAD are allowed here\n');
}

/** Answers one who asks for a WebSocket without asking for one. @see RFC 9110, section 15.5.22 */
export function sendUpgradeRequired(_request: IncomingMessage, response: ServerResponse): void {
  const headers = { ...plainText, upgrade: 'websocket', connection: 'upgrade' };
  response.writeHead(426, headers).end('a WebSocket is needed here\n');
}
