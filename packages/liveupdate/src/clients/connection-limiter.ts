import type { IncomingMessage } from 'node:http';
import type { LiveLimits } from './limits.ts';
import type { Origins } from '@restmapper/auth';

export interface ConnectionLimiterOptions {
  readonly limits: Pick<LiveLimits, 'maxConnections' | 'maxConnectionsPerAddress'>;
  /** The origins whose pages may connect. */
  readonly origins: Origins;
  readonly clientAddress: (request: IncomingMessage) => string;
}

/**
 * Why a client is refused.
 *
 * | reason | WebSocket | HTTP |
 * |---|---|---|
 * | `FULL`: this process has too many clients, or is draining | 503 | a history 503; events only a `bye` 4006 |
 * | `FORBIDDEN_ORIGIN` | close code 4502 | 403 |
 * | `TOO_MANY`: the client's address has too many connections | close code 4504 | 429 |
 */
export type AdmissionError = 'FULL' | 'FORBIDDEN_ORIGIN' | 'TOO_MANY';

/** Decides which clients may connect, whatever the kind of connection, and counts connections. */
export class ConnectionLimiter {
  readonly #options: ConnectionLimiterOptions;
  readonly #addresses = new Map<string, number>();
  #size = 0;
  #isShut = false;

  constructor(options: ConnectionLimiterOptions) {
    this.#options = options;
  }

  /** The number of connections. */
  get size(): number {
    return this.#size;
  }

  /** Whether all new connections are refused. */
  get isShut(): boolean {
    return this.#isShut;
  }

  isAllowedOrigin(request: IncomingMessage): boolean {
    return this.#options.origins.isAllowed(request.headers);
  }

  addressOf(request: IncomingMessage): string {
    return this.#options.clientAddress(request);
  }

  /** Why the client may not connect; `undefined` if it may. */
  check(request: IncomingMessage): AdmissionError | undefined {
    const { maxConnections, maxConnectionsPerAddress } = this.#options.limits;
    if (this.#isShut || this.#size >= maxConnections) return 'FULL';
    if (!this.isAllowedOrigin(request)) return 'FORBIDDEN_ORIGIN';
    const ofAddress = this.#addresses.get(this.addressOf(request)) ?? 0;
    return ofAddress >= maxConnectionsPerAddress ? 'TOO_MANY' : undefined;
  }

  /** Registers a connection; undo it with `remove(address)`. */
  add(address: string): void {
    this.#size += 1;
    this.#addresses.set(address, (this.#addresses.get(address) ?? 0) + 1);
  }

  remove(address: string): void {
    const left = (this.#addresses.get(address) ?? 1) - 1;
    this.#size -= 1;
    if (left === 0) this.#addresses.delete(address);
    else this.#addresses.set(address, left);
  }

  /** Refuses all further connections. */
  stop(): void {
    this.#isShut = true;
  }
}
