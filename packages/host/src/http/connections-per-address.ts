import type { Server, Socket } from 'node:net';
import type { Log } from '@restmapper/core';
import { networkOf } from '@restmapper/core';
import { unmapped } from './client-address.ts';

export interface ConnectionsPerAddressOptions {
  readonly max: number;
  /** Whether an address is exempt from the limit. */
  readonly isExempt: (address: string) => boolean;
  readonly log: Log;
  /** The minimum time between two log lines. @default 60000 */
  readonly tellEveryMs?: number;
}

/**
 * Limits the connections per address, or per IPv6 /64 network, to a server; further ones are closed unread.
 */
export function limitConnectionsPerAddress(
  server: Server,
  { max, isExempt, log, tellEveryMs = 60_000 }: ConnectionsPerAddressOptions,
): void {
  const counts = new Map<string, number>();
  let closed = 0;
  let tellAtMs = 0;

  function refuse(socket: Socket, address: string): void {
    socket.destroy();
    closed += 1;
    if (performance.now() < tellAtMs) return;
    log.warn({ address, max, closed }, 'connections were closed: an address has too many');
    closed = 0;
    tellAtMs = performance.now() + tellEveryMs;
  }

  server.on('connection', (socket) => {
    const address = unmapped(socket.remoteAddress ?? '');
    if (isExempt(address)) return;
    const network = networkOf(address);
    const count = counts.get(network) ?? 0;
    if (count >= max) {
      refuse(socket, address);
      return;
    }
    counts.set(network, count + 1);
    socket.once('close', () => {
      const left = (counts.get(network) ?? 1) - 1;
      if (left === 0) counts.delete(network);
      else counts.set(network, left);
    });
  });
}
