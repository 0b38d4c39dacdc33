import type { Bus, CloseOptions, Log } from '@restmapper/bus';
import type { Model } from '@restmapper/endpoints';
import { Broadcast } from './broadcast.ts';
import { closeReasons } from './close-reason.ts';
import { Connections } from './connections.ts';
import { followFeed } from './feed.ts';
import { FrameRing } from './frame-ring.ts';
import { createHandshake, type UpgradeListener } from './handshake.ts';
import { defaultLimits, type LiveLimits } from './limits.ts';
import { type LiveMetrics, noMetrics } from './metrics.ts';
import { encodeTextFrame } from './text-frame.ts';

export interface LiveOptions {
  readonly model: Model;
  readonly bus: Bus;
  readonly log: Log;
  readonly limits?: Partial<LiveLimits>;
  readonly metrics?: LiveMetrics;
}

export interface Live {
  /** Listens to the `upgrade` events of any HTTP server whose path is the live one. */
  readonly handleUpgrade: UpgradeListener;
  /** How many clients are connected. */
  readonly connections: number;
  /** Takes no more clients, sends those it has away with code 4000, and stops following. */
  close(options?: CloseOptions): Promise<void>;
}

/**
 * Streams the public feeds of a model to WebSocket clients: one text frame per message, just its `data`.
 *
 * Each feed is followed once, however many clients there are. A client gets what is published after it
 * connected, each message at most once and in order; one that cannot keep up is closed with code 4001.
 */
export function createLive({ model, bus, log, limits, metrics = noMetrics }: LiveOptions): Live {
  const settings = { ...defaultLimits, ...limits };
  const ring = new FrameRing({ maxFrames: settings.maxRingFrames, maxBytes: settings.maxRingBytes });
  const connections = new Connections({ ring, limits: settings, metrics, log });
  const broadcast = new Broadcast(ring, connections);
  const subscriptions = model.feeds
    .filter((feed) => feed.public)
    .map((feed) =>
      followFeed(feed, {
        bus,
        log,
        onData(data) {
          metrics.message(feed.name);
          broadcast.publish(encodeTextFrame(data));
        },
        onSkipped: () => metrics.skipped(feed.name),
      }),
    );
  let isDraining = false;
  const handleUpgrade = createHandshake({
    isFull: () => isDraining || connections.size >= settings.maxConnections,
    onRefused: () => metrics.refused(),
    onClient(ws, socket) {
      const connection = connections.add(ws, socket);
      if (ws.protocol !== '') connection.close(closeReasons.unknownVersion);
    },
  });
  return {
    handleUpgrade,
    get connections() {
      return connections.size;
    },
    async close({ timeoutMs = 10_000 } = {}) {
      isDraining = true;
      await connections.close(timeoutMs);
      await Promise.all(subscriptions.map((subscription) => subscription.close()));
    },
  };
}
