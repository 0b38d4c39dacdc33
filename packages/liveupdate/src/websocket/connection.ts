import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import { type CloseReason, closeReasons } from '../clients/close-reason.ts';
import type { Client } from '../clients/client-set.ts';
import type { Outlet } from '../clients/feed-reader.ts';
import type { ClientAuth } from '../clients/client-auth.ts';
import type { LiveLimits } from '../clients/limits.ts';
import { RateLimit } from '../clients/rate-limit.ts';

/** The protocol of a connection. */
export interface Session {
  /** Handles a message of the client. */
  receive(message: Buffer, isBinary: boolean): void;
  /** Sends as much new data as the connection has room for. */
  pump(): void;
  /** A heartbeat, which the client must answer. */
  heartbeat(): Buffer;
  /** The frame sent before the server closes. */
  farewell(reason: CloseReason, detail: string): Buffer | undefined;
  /** A recheck changed what the caller may watch. */
  review(): void;
  /** The connection has ended. */
  end(): void;
}

/**
 * The server's side of one WebSocket.
 *
 * Frames bypass the WebSocket and go directly to the socket, as whole frames between those that the WebSocket
 * itself writes (pongs and the close frame); they count towards its `bufferedAmount`.
 */
export class Connection implements Client, Outlet {
  readonly #ws: WebSocket;
  readonly #socket: Duplex;
  readonly #limits: LiveLimits;
  #session: Session | undefined;
  #watcher: ClientAuth | undefined;
  #rateLimit: RateLimit | undefined;
  #closeReason: CloseReason | undefined;
  #isFull = false;
  #isAlive = true;

  constructor(ws: WebSocket, socket: Duplex, limits: LiveLimits) {
    this.#ws = ws;
    this.#socket = socket;
    this.#limits = limits;
    ws.on('message', (data, isBinary) => this.#receive(data as Buffer, isBinary)); // By its binaryType.
    ws.on('pong', () => (this.#isAlive = true));
    ws.on('close', () => {
      this.#watcher?.close();
      this.#session?.end();
    });
  }

  /** The reason, if the server closed it. */
  get closeReason(): CloseReason | undefined {
    return this.#closeReason;
  }

  /** Starts the protocol; earlier messages of the client are ignored. */
  start(session: Session): void {
    this.#session = session;
  }

  /** From now on, rechecks the client with each heartbeat. */
  watch(watcher: ClientAuth): void {
    this.#watcher = watcher;
  }

  recheck(): void {
    this.review();
    void this.#watcher?.recheck(); // Never rejects.
  }

  /** The feeds that the client may watch have changed. */
  review(): void {
    this.#session?.review();
  }

  /** Whether more may be written; if not, the session is pumped as soon as it may. */
  get hasRoom(): boolean {
    if (this.#ws.readyState !== WebSocket.OPEN || !this.#socket.writable) return false;
    if (this.#socket.writableLength < this.#limits.maxSocketBytes) return true;
    if (!this.#isFull) this.#awaitDrain();
    return false;
  }

  /** Writes whole frames. */
  write(frames: Buffer): void {
    if (this.#ws.readyState === WebSocket.OPEN && this.#socket.writable) this.#socket.write(frames);
  }

  pump(): void {
    this.#session?.pump();
  }

  /** Closes a client that has not answered the last heartbeat; sends the next one otherwise. */
  beat(): void {
    this.pump();
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    if (!this.#isAlive) return this.close(closeReasons.noPong);
    void this.#watcher?.recheck(); // Never rejects.
    this.#isAlive = false;
    if (this.#session) this.write(this.#session.heartbeat());
  }

  /** Sends the reason and closes; cuts the connection if the client does not answer in time. */
  close(reason: CloseReason, detail = ''): void {
    if (this.#ws.readyState !== WebSocket.OPEN) return;
    this.#closeReason = reason;
    const farewell = this.#session?.farewell(reason, detail);
    if (farewell) this.write(farewell);
    this.#ws.close(reason.code, reason.text);
  }

  terminate(): void {
    this.#ws.terminate();
  }

  #awaitDrain(): void {
    this.#isFull = true;
    this.#socket.once('drain', () => {
      this.#isFull = false;
      this.#isAlive = true;
      this.pump();
    });
  }

  #receive(message: Buffer, isBinary: boolean): void {
    this.#isAlive = true;
    this.#rateLimit ??= new RateLimit(this.#limits.maxClientMessagesPerSecond);
    if (message.length > this.#limits.maxClientMessageBytes) {
      this.close(closeReasons.badMessage, `more than ${this.#limits.maxClientMessageBytes} bytes`);
    } else if (!this.#rateLimit.take()) {
      this.close(closeReasons.rateLimited);
    } else {
      this.#session?.receive(message, isBinary);
    }
  }
}
