import type { Duplex } from 'node:stream';
import { type ServerOptions, WebSocketServer } from 'ws';
import { protocolName } from './protocol-session.ts';

const serviceUnavailable = [
  'HTTP/1.1 503 Service Unavailable',
  'retry-after: 1',
  'connection: close',
  'content-length: 0',
  '\r\n',
].join('\r\n');

/**
 * Creates the handler that turns upgrade requests into WebSockets (RFC 6455, section 4.2).
 *
 * It accepts any offered subprotocol: a browser fails a handshake that accepts none, and hides the reason,
 * while a close code reaches the page. Without an offer, `protocol` is `''`.
 */
export function createHandshake({ closeTimeoutMs }: { readonly closeTimeoutMs: number }): WebSocketServer {
  const options: ServerOptions & { readonly closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: 16 * 1024,
    maxFragments: 16,
    maxBufferedChunks: 64,
    closeTimeout: closeTimeoutMs,
    handleProtocols: (offered) => (offered.has(protocolName) ? protocolName : ([...offered][0] ?? false)),
  };
  return new WebSocketServer(options);
}

/** Refuses an upgrade request cheaply. */
export function refuseUpgrade(socket: Duplex): void {
  socket.on('error', () => socket.destroy());
  socket.end(serviceUnavailable);
}
