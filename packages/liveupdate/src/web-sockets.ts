import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { WebSocket, WebSocketServer } from 'ws';
import { ClientSet } from './client-set.ts';
import { type CloseReason, closeReasons } from './close-reason.ts';
import { Connection } from './connection.ts';
import type { LiveContext } from './context.ts';
import type { Door } from './door.ts';
import { createHandshake, refuseUpgrade } from './handshake.ts';
import { Heartbeats } from './heartbeats.ts';
import { PlainSession } from './plain-session.ts';
import { encodeWelcome, protocolName, ProtocolSession } from './protocol-session.ts';

/** Serves one `upgrade` event of an HTTP server. */
export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

const reasons = { FORBIDDEN_ORIGIN: closeReasons.forbidden, TOO_MANY: closeReasons.tooManyConnections };

/**
 * The clients of this process that came by WebSocket: they speak `liveupdate.v1.json`, or get the plain
 * form when they offered no subprotocol.
 */
export class WebSockets {
  readonly #context: LiveContext;
  readonly #handshake: WebSocketServer;
  readonly #clients: ClientSet;
  readonly #heartbeats = new Heartbeats();
  readonly #welcome: Buffer;

  constructor(context: LiveContext) {
    this.#context = context;
    this.#handshake = createHandshake(context.limits);
    this.#clients = new ClientSet({ beatEveryMs: context.limits.pingIntervalMs });
    this.#welcome = encodeWelcome(context);
  }

  readonly handleUpgrade: UpgradeListener = (request, socket, head) => {
    const { door, feeds, metrics } = this.#context;
    const refusal = door.refusalOf(request);
    if (refusal === 'FULL') {
      metrics.refused();
      return refuseUpgrade(socket);
    }
    admit(socket, door, door.addressOf(request));
    const upgrade = (): void =>
      this.#handshake.handleUpgrade(request, socket, head, (ws) =>
        this.#serve(ws, socket, refusal && reasons[refusal]),
      );
    if (feeds.areReady) return upgrade();
    socket.on('error', destroy);
    void feeds.settled.then(() => {
      socket.off('error', destroy);
      if (door.isShut) refuseUpgrade(socket);
      else upgrade();
    });
  };

  /** Sends the clients away with code 4000, and cuts those that have not gone in time. */
  close(timeoutMs: number): Promise<void> {
    return this.#clients.close(timeoutMs);
  }

  #serve(ws: WebSocket, socket: Duplex, refusal: CloseReason | undefined): void {
    const context = this.#context;
    const connection = this.#connect(ws, socket);
    if (ws.protocol === protocolName) {
      connection.start(new ProtocolSession(connection, { context, heartbeats: this.#heartbeats }));
    }
    if (refusal) return connection.close(refusal);
    if (ws.protocol === protocolName) connection.write(this.#welcome);
    else if (ws.protocol !== '') connection.close(closeReasons.unknownVersion);
    else if (context.feeds.areReady) connection.start(new PlainSession(connection, context));
    else connection.close(closeReasons.overloaded);
  }

  #connect(ws: WebSocket, socket: Duplex): Connection {
    const { limits, metrics, log } = this.#context;
    const connection = new Connection(ws, socket, limits);
    this.#clients.add(connection);
    metrics.connected();
    ws.on('error', (error) => log.debug({ err: error }, 'a client broke the protocol or its connection'));
    ws.on('close', (code) => {
      this.#clients.delete(connection);
      metrics.closed(connection.closeReason?.code ?? code);
    });
    return connection;
  }
}

/** On its own, because a listener keeps alive whatever the function around it can see, such as the request. */
function admit(socket: Duplex, door: Door, address: string): void {
  door.enter(address);
  socket.once('close', () => door.leave(address));
}

function destroy(this: Duplex): void {
  this.destroy();
}
