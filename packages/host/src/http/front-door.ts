import type { IncomingMessage, RequestListener, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { originForm } from '@restmapper/restmapper';
import { sendUpgradeRequired } from './plain-answer.ts';
import { serveWithoutUpgrade } from './serve-without-upgrade.ts';

/** Takes over the connection of a request for another protocol. */
export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

const livePath = '/ws/v1/';

/** The listener for all URLs with a prefix. */
export interface FrontDoorRoute {
  /** Begins and ends with a slash. */
  readonly prefix: string;
  readonly listener: RequestListener;
  /** Whether the listener sees the URL without the prefix. @default false */
  readonly strip?: boolean;
}

/**
 * Passes each request to the first route with a matching prefix, or to the fallback.
 *
 * Listeners always see a path, whatever the form of the request target.
 */
export function createFrontDoor(
  routes: readonly FrontDoorRoute[],
  otherwise: RequestListener,
): RequestListener {
  return (request, response) => {
    const url = pathOf(request);
    request.url = url;
    const route = routes.find(({ prefix }) => url.startsWith(prefix));
    if (!route) return otherwise(request, response);
    if (route.strip) request.url = url.slice(route.prefix.length - 1);
    route.listener(request, response);
  };
}

/** An invalid target is left to the handler. */
function pathOf({ url = '/' }: IncomingMessage): string {
  try {
    return originForm(url);
  } catch {
    return url;
  }
}

/** The HTTP entry points of the live bridge. */
export function liveRoutes(listener: RequestListener): readonly FrontDoorRoute[] {
  const webSocket: RequestListener = (request, response) => {
    const [path] = (request.url ?? '').split('?');
    if (path === livePath) sendUpgradeRequired(request, response);
    else listener(request, response);
  };
  return [
    { prefix: livePath, listener: webSocket },
    ...['/sse/v1/', '/live/v1/'].map((prefix) => ({ prefix, listener })),
  ];
}

/**
 * Makes a server pass WebSocket handshakes on `/ws/v1/` to the listener, and refuse those elsewhere.
 *
 * Requests for any other protocol are served without it.
 */
export function onLiveUpgrade(server: Server, live: UpgradeListener): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.headers.upgrade?.toLowerCase() !== 'websocket') {
      serveWithoutUpgrade(server, { request, socket, head });
      return;
    }
    request.url = pathOf(request);
    const [path] = request.url.split('?');
    if (path === livePath) {
      live(request, socket, head);
      return;
    }
    socket.on('error', () => socket.destroy());
    socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n');
  });
}
