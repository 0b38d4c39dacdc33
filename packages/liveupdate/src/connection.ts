import type { Duplex } from 'node:stream';
import { WebSocket, type RawData } from 'ws';
import { closeReasons, type CloseReason } from './close-reason.ts';
import type { FrameRing } from './frame-ring.ts';
import type { LiveLimits } from './limits.ts';
import { RateLimit } from './rate-limit.ts';

export interface ConnectionOptions {
  /** The socket below the WebSocket. */
  readonly socket: Duplex;
  readonly ring: FrameRing;
  readonly limits: LiveLimits;
  /** Called with the number of frames handed to the socket. */
  readonly onSent: (frames: number) => void;
}

/**
 * One client of the plain form: gets every frame appended to the ring from now on, in order.
 *
 * It has a position in the ring and no queue of its own. Frames go to the socket past the WebSocket,
 * as whole frames between those that the WebSocket itself writes, and are counted in its `bufferedAmount`.
 */
export class Connection {
  readonly #ws: WebSocket;
  readonly #socket: Duplex;
  readonly #ring: FrameRing;
  readonly #limits: LiveLimits;
  readonly #onSent: (frames: number) => void;
  readonly #rateLimit: RateLimit;
  #position: number;
  #isAwaitingPong = false;
  #closing: { readonly reason: CloseReason; readonly timer: NodeJS.Timeout } | undefined;

  constructor(ws: WebSocket, { socket, ring, limits, onSent }: ConnectionOptions) {
    this.#ws = ws;
    this.#socket = socket;
    this.#ring = ring;
    this.#limits = limits;
    this.#onSent = onSent;
    this.#rateLimit = new RateLimit(limits.maxClientMessagesPerSecond);
    this.#position = ring.next;
    socket.on('drain', () => this.pump());
    ws.on('pong', () => (this.#isAwaitingPong = false));
    ws.on('message', (data) => this.#receive(data));
    ws.on('close', () => clearTimeout(this.#closing?.timer));
  }

  /** Why the server closed it, if it was the server. */
  get closeReason(): CloseReason | undefined {
    return this.#closing?.reason;
  }

  /** Hands the socket what it has not had yet, as much as it takes; closes a client that is too far behind. */
  pump(): void {
    while (this.#isOpen() && this.#position < this.#ring.next) {
      if (this.#position < this.#ring.first) return this.close(closeReasons.slow);
      if (this.#socket.writableLength >= this.#limits.maxSocketBytes) return this.#checkLag();
      const { bytes, next } = this.#ring.read(this.#position, this.#limits.maxSocketBytes);
      this.#socket.write(bytes);
      this.#onSent(next - this.#position);
      this.#position = next;
    }
  }

  /** Closes a client that is too far behind or left the last ping unanswered; pings any other. */
  beat(): void {
    this.pump();
    if (!this.#isOpen()) return;
    if (this.#isAwaitingPong) return this.close(closeReasons.noPong);
    this.#isAwaitingPong = true;
    this.#ws.ping();
  }

  /** Says why and closes; cuts the connection if the client does not answer in time. */
  close(reason: CloseReason): void {
    if (this.#closing || this.#ws.readyState === WebSocket.CLOSED) return;
    const timer = setTimeout(() => this.terminate(), this.#limits.closeTimeoutMs);
    this.#closing = { reason, timer };
    this.#ws.close(reason.code, reason.text);
  }

  terminate(): void {
    this.#ws.terminate();
  }

  #isOpen(): boolean {
    return this.#ws.readyState === WebSocket.OPEN && this.#socket.writable;
  }

  #checkLag(): void {
    if (this.#ring.ageMs(this.#position) > this.#limits.maxLagMs) this.close(closeReasons.slow);
  }

  /** The plain form knows no messages of the client: they are only counted and weighed. */
  #receive(data: RawData): void {
    if (byteLength(data) > this.#limits.maxClientMessageBytes) this.close(closeReasons.badMessage);
    else if (!this.#rateLimit.take()) this.close(closeReasons.rateLimited);
  }
}

function byteLength(data: RawData): number {
  return Array.isArray(data) ? data.reduce((sum, part) => sum + part.length, 0) : data.byteLength;
}
