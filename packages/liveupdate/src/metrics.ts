import { Counter, Gauge, type Registry } from 'prom-client';
import { closeReasons } from './close-reason.ts';

/** What the live bridge counts. */
export interface LiveMetrics {
  connected(): void;
  /** `code` is the WebSocket close code. */
  closed(code: number): void;
  refused(): void;
  message(feed: string): void;
  skipped(feed: string): void;
  sent(frames: number): void;
}

/**
 * Registers the metrics of the live bridge.
 *
 * | name | type | labels |
 * |---|---|---|
 * | `restmapper_live_connections` | gauge | |
 * | `restmapper_live_closed_total` | counter | `code` |
 * | `restmapper_live_refused_total` | counter | |
 * | `restmapper_live_messages_total` | counter | `feed` |
 * | `restmapper_live_skipped_total` | counter | `feed` |
 * | `restmapper_live_frames_sent_total` | counter | |
 */
export function createLiveMetrics(registry: Registry): LiveMetrics {
  const connections = new Gauge({
    name: 'restmapper_live_connections',
    help: 'Clients connected.',
    registers: [registry],
  });
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name: `restmapper_live_${name}_total`, help, labelNames, registers: [registry] });
  const closed = counter('closed', 'Connections closed, by WebSocket close code.', ['code']);
  const refused = counter('refused', 'Handshakes answered 503.');
  const messages = counter('messages', 'Messages taken from the feeds.', ['feed']);
  const skipped = counter('skipped', 'Messages of the feeds that were passed over.', ['feed']);
  const sent = counter('frames_sent', 'Frames handed to sockets.');
  return {
    connected: () => connections.inc(),
    closed(code) {
      connections.dec();
      closed.inc({ code: isKnown(code) ? String(code) : 'other' });
    },
    refused: () => refused.inc(),
    message: (feed) => messages.inc({ feed }),
    skipped: (feed) => skipped.inc({ feed }),
    sent: (frames) => sent.inc(frames),
  };
}

/** Metrics that nobody reads. */
export const noMetrics: LiveMetrics = {
  connected() {},
  closed() {},
  refused() {},
  message() {},
  skipped() {},
  sent() {},
};

const ownCodes = new Set<number>(Object.values(closeReasons).map(({ code }) => code));

/** A client may close with any code from 3000 on; a label must not have a value for each. */
function isKnown(code: number): boolean {
  return code < 3_000 || ownCodes.has(code);
}
