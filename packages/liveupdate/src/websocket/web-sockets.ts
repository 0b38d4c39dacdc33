import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type Caller, anonymous } from '@restmapper/auth';
import type { WebSocket, WebSocketServer } from 'ws';
import { ClientSet } from '../clients/client-set.ts';
import { type CloseReason, closeReasons } from '../clients/close-reason.ts';
import { Connection } from './connection.ts';
import type { LiveContext } from '../clients/context.ts';
import type { ConnectionLimiter, AdmissionError } from '../clients/connection-limiter.ts';
import { createHandshake, refuseUpgrade } from './handshake.ts';
import { Heartbeats } from './heartbeats.ts';
import { PlainSession } from './plain-session.ts';
import { protocolName, ProtocolSession } from './protocol-session.ts';
import { reasonOf, ClientAuth } from '../clients/client-auth.ts';

/** Serves one `upgrade` event of an HTTP server. */
export type UpgradeListener = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

const reasons = { FORBIDDEN_ORIGIN: closeReasons.forbidden, TOO_MANY: closeReasons.tooManyConnections };

/**
 * The WebSocket clients of this process: they use `liveupdate.v1.json`, or get the plain form without a
 * subprotocol.
 */
export class WebSockets {
  readonly #context: LiveContext;
  readonly #handshake: WebSocketServer;
  readonly #clients: ClientSet;
  readonly #heartbeats = new Heartbeats();

  constructor(context: LiveContext) {
    this.#context = context;
    this.#handshake = createHandshake(context.limits);
    this.#clients = new ClientSet({ beatEveryMs: context.limits.pingIntervalMs });
  }

  readonly handleUpgrade: UpgradeListener = (request, socket, head) => {
    const { door, feeds, metrics } = this.#context;
    const refusal = door.check(request);
    if (refusal === 'FULL') {
      metrics.refused();
      return refuseUpgrade(socket);
    }
    admit(socket, door, door.addressOf(request));
    const upgrade = (caller: Caller): void =>
      this.#handshake.handleUpgrade(request, socket, head, (ws) =>
        this.#serve({ ws, socket, headers: request.headers, caller }, refusal && reasons[refusal]),
      );
    if (feeds.areReady && feeds.schemes.length === 0) return upgrade(anonymous);
    socket.on('error', destroy);
    void this.#prepare(request, refusal).then((caller) => {
      socket.off('error', destroy);
      if (door.isShut) refuseUpgrade(socket);
      else upgrade(caller);
    });
  };

  /** Checks what every client watches against the model now in force, and ends what it no longer has. */
  recheck(): Promise<void> {
    return this.#clients.recheck();
  }

  /** Disconnects the clients with code 4000, and cuts those that do not leave in time. */
  close(timeoutMs: number): Promise<void> {
    return this.#clients.close(timeoutMs);
  }

  /** Waits until feeds can be read, and authenticates the client, unless it is refused anyway. */
  async #prepare({ headers }: IncomingMessage, refusal: AdmissionError | undefined): Promise<Caller> {
    const { authenticator, origins, feeds } = this.#context;
    const [caller] = await Promise.all([
      refusal ? anonymous : authenticator.identify(origins.credentialsOf(headers), feeds.schemes),
      feeds.settled,
    ]);
    return caller;
  }

  #serve(arrival: Arrival, refusal: CloseReason | undefined): void {
    const { ws, headers, caller } = arrival;
    const context = this.#context;
    const connection = this.#connect(arrival);
    const watcher = this.#watch(connection, arrival);
    const isProtocol = ws.protocol === protocolName;
    const options = { context, heartbeats: this.#heartbeats, watcher };
    const session = isProtocol ? new ProtocolSession(connection, options) : undefined;
    if (session) connection.start(session);
    const sentAway = refusal ?? refusedCredentials(caller, headers);
    if (sentAway) return connection.close(sentAway);
    if (session) session.begin();
    else if (ws.protocol !== '') connection.close(closeReasons.unknownVersion);
    else this.#servePlain(connection, watcher);
  }

  #servePlain(connection: Connection, watcher: ClientAuth): void {
    const { feeds } = this.#context;
    const isForNobody = feeds.schemes.length > 0 && feeds.namesFor(watcher.caller).length === 0;
    if (!feeds.areReady) connection.close(closeReasons.overloaded);
    else if (!isForNobody) connection.start(new PlainSession(connection, this.#context, watcher));
    else connection.close(watcher.isKnown ? closeReasons.forbidden : closeReasons.notAuthenticated);
  }

  #watch(connection: Connection, { headers, caller }: Arrival): ClientAuth {
    const { authenticator, origins, feeds } = this.#context;
    const watcher = new ClientAuth({
      authenticator,
      schemes: () => feeds.schemes,
      credentials: caller.principals.length > 0 ? origins.credentialsOf(headers) : {},
      caller,
      onEnd: (reason) => connection.close(reason),
      onReview: () => connection.review(),
    });
    connection.watch(watcher);
    return watcher;
  }

  #connect({ ws, socket }: Arrival): Connection {
    const { limits, metrics, log } = this.#context;
    const connection = new Connection(ws, socket, limits);
    this.#clients.add(connection);
    metrics.connected();
    ws.on('error', (error) =>
      log.debug({ err: error }, 'a client violated the protocol or lost its connection'),
    );
    ws.on('close', (code) => {
      this.#clients.delete(connection);
      metrics.closed(connection.closeReason?.code ?? code);
    });
    return connection;
  }
}

/** A client after its handshake. */
interface Arrival {
  readonly ws: WebSocket;
  readonly socket: Duplex;
  /** The headers of its handshake. */
  readonly headers: IncomingHttpHeaders;
  readonly caller: Caller;
}

/**
 * The close reason for a client whose handshake had credentials.
 *
 * A page cannot set headers: credentials that the browser adds, such as a cookie, may be stale, and the page
 * can still send `hello`.
 */
function refusedCredentials(
  { principals, refusals }: Caller,
  { origin }: IncomingHttpHeaders,
): CloseReason | undefined {
  const isRefused = principals.length === 0 && refusals.length > 0;
  return isRefused && origin === undefined ? reasonOf(refusals) : undefined;
}

/** A separate function, because a listener retains everything in its scope, such as the request. */
function admit(socket: Duplex, door: ConnectionLimiter, address: string): void {
  door.add(address);
  socket.once('close', () => door.remove(address));
}

function destroy(this: Duplex): void {
  this.destroy();
}
