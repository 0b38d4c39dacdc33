import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';

type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

const apiPrefix = '/api/v1';
const livePath = '/ws/v1/';

export interface FrontDoorOptions {
  readonly api: RequestListener;
  /** What a person sees at `/`, as plain text. */
  readonly frontPage: string;
}

/** Serves the HTTP URLs of an embedded system, which are those that nginx serves for a distributed one. */
export function routeByPrefix({ api, frontPage }: FrontDoorOptions): RequestListener {
  return (request, response) => {
    const url = request.url ?? '/';
    if (url.startsWith(`${apiPrefix}/`)) {
      request.url = url.slice(apiPrefix.length);
      api(request, response);
    } else if (url === '/') {
      response.writeHead(200, plainText).end(frontPage);
    } else {
      sendNotFound(request, response);
    }
  };
}

/** Answers what belongs to none of our URLs. */
export function sendNotFound(_request: IncomingMessage, response: ServerResponse): void {
  response.writeHead(404, plainText).end('not found\n');
}

const plainText = { 'content-type': 'text/plain; charset=utf-8' };

/** Hands WebSocket handshakes on `/ws/v1/` to the listener, and refuses all others. */
export function onLiveUpgrade(live: UpgradeListener): UpgradeListener {
  return (request, socket, head) => {
    const [path] = (request.url ?? '').split('?');
    if (path === livePath) {
      live(request, socket, head);
      return;
    }
    socket.on('error', () => socket.destroy());
    socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  };
}
