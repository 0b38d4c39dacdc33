import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Log } from '@restmapper/bus';
import type { WebSocket } from 'ws';
import { closeReasons } from './close-reason.ts';
import { Connection } from './connection.ts';
import type { FrameRing } from './frame-ring.ts';
import { inSlices } from './in-slices.ts';
import type { LiveLimits } from './limits.ts';
import type { LiveMetrics } from './metrics.ts';

export interface ConnectionsOptions {
  readonly ring: FrameRing;
  readonly limits: LiveLimits;
  readonly metrics: LiveMetrics;
  readonly log: Log;
}

/** Clients that leave together come back together: one leaves every millisecond, in steps of ten. */
const leaveStepMs = 10;

/** The clients of this process; pings them until closed. */
export class Connections {
  readonly #options: ConnectionsOptions;
  readonly #open = new Set<Connection>();
  readonly #heartbeat: NodeJS.Timeout;
  #onEmpty: (() => void) | undefined;

  constructor(options: ConnectionsOptions) {
    this.#options = options;
    this.#heartbeat = setInterval(() => {
      void inSlices(this, (connection) => connection.beat()); // Beats do not throw.
    }, options.limits.pingIntervalMs);
  }

  get size(): number {
    return this.#open.size;
  }

  [Symbol.iterator](): Iterator<Connection> {
    return this.#open.values();
  }

  add(ws: WebSocket, socket: Duplex): Connection {
    const { ring, limits, metrics, log } = this.#options;
    const connection = new Connection(ws, { socket, ring, limits, onSent: (frames) => metrics.sent(frames) });
    this.#open.add(connection);
    metrics.connected();
    ws.on('error', (error) => log.debug({ err: error }, 'a client broke the protocol or its connection'));
    ws.on('close', (code) => {
      this.#open.delete(connection);
      metrics.closed(connection.closeReason?.code ?? code);
      if (this.#open.size === 0) this.#onEmpty?.();
    });
    return connection;
  }

  /** Sends the clients away, spread over up to half the time; cuts what is left at the end of it. */
  async close(timeoutMs: number): Promise<void> {
    clearInterval(this.#heartbeat);
    const cut = setTimeout(() => this.#terminateAll(), timeoutMs);
    await this.#drain(timeoutMs / 2);
    if (this.#open.size > 0) await new Promise<void>((resolve) => (this.#onEmpty = resolve));
    clearTimeout(cut);
  }

  async #drain(withinMs: number): Promise<void> {
    const steps = Math.max(1, Math.floor(Math.min(withinMs, this.#open.size) / leaveStepMs));
    const perStep = Math.ceil(this.#open.size / steps);
    let left = perStep;
    for (const connection of this.#open) {
      connection.close(closeReasons.draining);
      left -= 1;
      if (left > 0) continue;
      left = perStep;
      await sleep(leaveStepMs);
    }
  }

  #terminateAll(): void {
    for (const connection of this.#open) connection.terminate();
  }
}
