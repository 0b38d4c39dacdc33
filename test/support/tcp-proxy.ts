import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { FrameScanner } from './frame-scanner.ts';

/** The direction of bytes: from the client to the server, or back. */
export type Direction = 'up' | 'down';

export interface TcpProxyOptions {
  readonly host?: string;
  readonly port: number;
}

/** A proxy that injects network faults between a client and a server. */
export interface TcpProxy {
  readonly port: number;
  /** Connections accepted so far. */
  readonly accepted: number;
  /** Connections open now. */
  readonly open: number;
  /** Closes every connection gracefully. */
  cut(): void;
  /** Resets every connection, as a crash of the other side does. */
  reset(): void;
  /** Drops all bytes, of new connections too, until `heal`. */
  blackHole(directions?: readonly Direction[]): void;
  /** Delays each chunk of data by this time, until `heal`. */
  slow(ms: number): void;
  /** Cuts each connection after its n-th AMQP frame in both directions together, until `heal`. */
  cutAfterFrames(count: number): void;
  /** Refuses connections, until `heal`. */
  refuse(): void;
  heal(): void;
  close(): Promise<void>;
}

/** Opens a proxy in this process, on a free port of the loopback interface. */
export async function openTcpProxy(target: TcpProxyOptions): Promise<TcpProxy> {
  const proxy = new FaultyProxy(target);
  await proxy.listen();
  return proxy;
}

interface Faults {
  readonly swallowed: ReadonlySet<Direction>;
  readonly delayMs: number;
  readonly mostFrames: number;
  readonly isRefusing: boolean;
}

const healthy: Faults = {
  swallowed: new Set(),
  delayMs: 0,
  mostFrames: Number.POSITIVE_INFINITY,
  isRefusing: false,
};

class FaultyProxy implements TcpProxy {
  readonly #target: TcpProxyOptions;
  readonly #server: Server = createServer((client) => this.#accept(client));
  readonly #pairs = new Set<readonly [Socket, Socket]>();
  #faults = healthy;
  accepted = 0;

  constructor(target: TcpProxyOptions) {
    this.#target = target;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get open(): number {
    return this.#pairs.size;
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  cut(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.end();
  }

  reset(): void {
    for (const pair of this.#pairs) for (const socket of pair) socket.resetAndDestroy();
  }

  blackHole(directions: readonly Direction[] = ['up', 'down']): void {
    this.#faults = { ...this.#faults, swallowed: new Set(directions) };
  }

  slow(ms: number): void {
    this.#faults = { ...this.#faults, delayMs: ms };
  }

  cutAfterFrames(count: number): void {
    this.#faults = { ...this.#faults, mostFrames: count };
  }

  refuse(): void {
    this.#faults = { ...this.#faults, isRefusing: true };
  }

  heal(): void {
    this.#faults = healthy;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const pair of this.#pairs) for (const socket of pair) socket.destroy();
    await closed;
  }

  #accept(client: Socket): void {
    if (this.#faults.isRefusing) {
      client.resetAndDestroy();
      return;
    }
    this.accepted += 1;
    const server = connect(this.#target.port, this.#target.host ?? '127.0.0.1');
    const pair = [client, server] as const;
    this.#pairs.add(pair);
    for (const socket of pair) {
      socket.setNoDelay(true);
      socket.on('error', () => {}); // The close event that follows is handled.
      socket.on('close', () => {
        this.#pairs.delete(pair);
        for (const other of pair) other.destroy();
      });
    }
    const frames = { passed: 0 };
    this.#carry(pair, 'up', frames);
    this.#carry(pair, 'down', frames);
  }

  #carry(
    [client, server]: readonly [Socket, Socket],
    direction: Direction,
    frames: { passed: number },
  ): void {
    const [from, to] = direction === 'up' ? [client, server] : [server, client];
    const scanner = new FrameScanner();
    from.on('data', (data: Buffer) => {
      if (this.#faults.swallowed.has(direction)) return;
      const left = this.#faults.mostFrames - frames.passed;
      const ends = scanner.ends(data);
      frames.passed += ends.length;
      if (ends.length < left) return this.#write(to, data);
      this.#write(to, data.subarray(0, ends[left - 1] ?? 0));
      for (const socket of [client, server]) socket.end();
    });
    from.on('end', () => {
      if (!this.#faults.swallowed.has(direction)) to.end();
    });
  }

  #write(to: Socket, data: Buffer): void {
    if (!to.writable) return;
    if (this.#faults.delayMs === 0) to.write(data);
    else setTimeout(() => to.writable && to.write(data), this.#faults.delayMs);
  }
}
