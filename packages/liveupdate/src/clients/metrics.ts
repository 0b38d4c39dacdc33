import { Counter, Gauge, type Registry } from 'prom-client';
import { closeReasons } from './close-reason.ts';
import type { GapReason } from '../feed/gap.ts';

/** The counters of the live bridge. */
export interface LiveMetrics {
  connected(): void;
  /** `code` is the WebSocket close code. */
  closed(code: number): void;
  refused(): void;
  message(feed: string): void;
  skipped(feed: string): void;
  subscribed(feed: string): void;
  unsubscribed(feed: string): void;
  /** A client resumed from a position. */
  resumed(feed: string, recovered: boolean): void;
  /** A client was told of a gap. */
  gap(feed: string, why: GapReason): void;
  /** A client did not keep up, and the feed's `whenSlow` decided. */
  slow(feed: string): void;
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
 * | `restmapper_live_subscriptions` | gauge | `feed` |
 * | `restmapper_live_resumes_total` | counter | `feed`, `recovered` |
 * | `restmapper_live_gaps_total` | counter | `feed`, `why` |
 * | `restmapper_live_slow_total` | counter | `feed` |
 */
export function createLiveMetrics(registry: Registry): LiveMetrics {
  const registers = [registry];
  const gauge = (name: string, help: string, labelNames: string[] = []) =>
    new Gauge({ name: `restmapper_live_${name}`, help, labelNames, registers });
  const counter = (name: string, help: string, labelNames: string[] = []) =>
    new Counter({ name: `restmapper_live_${name}_total`, help, labelNames, registers });
  const connections = gauge('connections', 'Clients connected.');
  const closed = counter('closed', 'Connections closed, by WebSocket close code.', ['code']);
  const refused = counter('refused', 'Handshakes answered 503.');
  const messages = counter('messages', 'Messages taken from the feeds.', ['feed']);
  const skipped = counter('skipped', 'Messages of the feeds that were skipped.', ['feed']);
  const sent = counter('frames_sent', 'Messages handed to sockets.');
  const subscriptions = gauge('subscriptions', 'Readers of each feed.', ['feed']);
  const resumes = counter('resumes', 'Clients that resumed from a position.', ['feed', 'recovered']);
  const gaps = counter('gaps', 'Gaps reported to clients.', ['feed', 'why']);
  const slow = counter('slow', 'Clients that did not keep up.', ['feed']);
  return {
    connected: () => connections.inc(),
    closed(code) {
      connections.dec();
      closed.inc({ code: isKnown(code) ? String(code) : 'other' });
    },
    refused: () => refused.inc(),
    message: (feed) => messages.inc({ feed }),
    skipped: (feed) => skipped.inc({ feed }),
    subscribed: (feed) => subscriptions.inc({ feed }),
    unsubscribed: (feed) => subscriptions.dec({ feed }),
    resumed: (feed, recovered) => resumes.inc({ feed, recovered: String(recovered) }),
    gap: (feed, why) => gaps.inc({ feed, why }),
    slow: (feed) => slow.inc({ feed }),
    sent: (frames) => sent.inc(frames),
  };
}

/** Metrics that discard everything. */
export const noMetrics: LiveMetrics = {
  connected() {},
  closed() {},
  refused() {},
  message() {},
  skipped() {},
  subscribed() {},
  unsubscribed() {},
  resumed() {},
  gap() {},
  slow() {},
  sent() {},
};

const ownCodes = new Set<number>(Object.values(closeReasons).map(({ code }) => code));

/** Limits the label's values: a client may close with any code from 3000 on. */
function isKnown(code: number): boolean {
  return code < 3_000 || ownCodes.has(code);
}
