import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

/** Serves one `upgrade` event of an HTTP server. */
export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export interface HandshakeOptions {
  /** Whether one more client would be too many. */
  readonly isFull: () => boolean;
  /** Its `protocol` is `''` when the client offered no subprotocol, else the first it offered. */
  readonly onClient: (ws: WebSocket, socket: Duplex) => void;
  readonly onRefused: () => void;
}

const serviceUnavailable = [
  'HTTP/1.1 503 Service Unavailable',
  'retry-after: 1',
  'connection: close',
  'content-length: 0',
  '\r\n',
].join('\r\n');

/**
 * Makes WebSockets of upgrade requests (RFC 6455, section 4.2).
 *
 * A subprotocol is accepted whatever it is: a browser fails a handshake that accepts none, and hides
 * why, while a close code reaches the page.
 */
export function createHandshake({ isFull, onClient, onRefused }: HandshakeOptions): UpgradeListener {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: 16 * 1024,
    maxFragments: 16,
    maxBufferedChunks: 64,
    handleProtocols: ([first]) => first ?? false,
  });
  return (request, socket, head) => {
    if (isFull()) {
      onRefused();
      socket.on('error', () => socket.destroy());
      socket.end(serviceUnavailable);
      return;
    }
    server.handleUpgrade(request, socket, head, (ws) => onClient(ws, socket));
  };
}
