import type { IncomingMessage, RequestListener } from 'node:http';
import { type Authenticator, openAuthenticator, Origins } from '@restmapper/auth';
import type { Bus, CloseOptions } from '@restmapper/bus';
import type { Log } from '@restmapper/core';
import type { Model } from '@restmapper/endpoints';
import type { LiveContext } from './clients/context.ts';
import { CurrentAuthenticator } from './clients/current-authenticator.ts';
import { ConnectionLimiter } from './clients/connection-limiter.ts';
import { EventStreams } from './events/event-streams.ts';
import { defaultLimits, type LiveLimits } from './clients/limits.ts';
import { closeAll, LiveFeeds } from './clients/live-feeds.ts';
import { createHttpListener } from './events/live-http.ts';
import { type LiveMetrics, noMetrics } from './clients/metrics.ts';
import { type UpgradeListener, WebSockets } from './websocket/web-sockets.ts';

export interface LiveOptions {
  readonly model: Model;
  readonly bus: Bus;
  readonly log: Log;
  /** Authorizes watchers of protected feeds. @default refuses everyone */
  readonly authenticator?: Authenticator;
  readonly limits?: Partial<LiveLimits>;
  readonly metrics?: LiveMetrics;
  /** Origins whose pages may connect, besides the server's own; `*`: any. @default none */
  readonly allowedOrigins?: readonly string[];
  /** Whether these pages may connect by the cookies that browsers have for this server. @default false */
  readonly allowCredentials?: boolean;
  /** The key by which a client's connections are counted. @default the address of its socket */
  readonly clientAddress?: (request: IncomingMessage) => string;
}

export interface Live {
  /** Listens to the `upgrade` events of any HTTP server whose path is the live one. */
  readonly handleUpgrade: UpgradeListener;
  /** Listens to the requests for `/sse/v1/` and `/live/v1/`. */
  readonly handleRequest: RequestListener;
  /** The number of connected clients. */
  readonly connections: number;
  /** Whether the feeds can be read; until then, clients are asked to retry. */
  readonly isReady: boolean;
  /**
   * Prepares the next model: follows the feeds that it adds, and changes nothing for clients yet.
   *
   * Resolves when these feeds can be read, or after `feedWaitMs`.
   */
  prepare(next: LiveModel): Promise<NextLive>;
  /** Accepts no more clients, disconnects the current ones with code 4000, and stops following. */
  close(options?: CloseOptions): Promise<void>;
}

/** The model that a live bridge serves, and who may watch. */
export interface LiveModel {
  readonly model: Model;
  /** Decides who may watch what is not public. */
  readonly authenticator: Authenticator;
}

/** A model that a live bridge is ready to serve. */
export interface NextLive {
  /**
   * Serves it from now on. Subscribers of feeds that both models have notice nothing.
   *
   * Resolves when subscribers of removed feeds were told, and these feeds are closed.
   */
  adopt(): Promise<void>;
  /** Stops following what the model would have added. */
  discard(): Promise<void>;
}

/**
 * Streams the feeds of a model to authorized clients: by the protocol `liveupdate.v1.json`, in the plain
 * form, one text frame per message with just its `data`, or as Server-Sent Events.
 *
 * Each feed is followed once, however many clients there are. A client gets each message at most once and in
 * order, and is told of every gap; it may resume at any process that follows the same bus.
 *
 * ```ts
 * import { createServer } from 'node:http';
 * import { openMemoryBus } from '@restmapper/bus';
 * import { silentLog } from '@restmapper/core';
 * import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
 * import { createLive } from '@restmapper/liveupdate';
 *
 * const text = 'endpoints: { POST /orders: { fanout: true, feed: orders } }';
 * const model = parseEndpoints(text, { file: 'endpoints.yaml', directory: '.' });
 * const bus = openMemoryBus({ topology: topologyOf(model) });
 * const live = createLive({ model, bus, log: silentLog });
 * const server = createServer(live.handleRequest).on('upgrade', live.handleUpgrade).listen(8080);
 * const response = await fetch('http://127.0.0.1:8080/live/v1/orders');
 * console.log(response.status); // 200
 * await live.close();
 * server.close();
 * await bus.close();
 * ```
 */
export function createLive(options: LiveOptions): Live {
  const context = createContext(options);
  const webSockets = new WebSockets(context);
  const streams = new EventStreams(context);
  return {
    handleUpgrade: webSockets.handleUpgrade,
    handleRequest: createHttpListener({ ...context, streams }),
    async prepare({ model, authenticator }) {
      const next = await context.feeds.prepare(model);
      return {
        async adopt() {
          context.authenticator.replace(authenticator);
          const gone = next.adopt();
          await Promise.all([webSockets.recheck(), streams.recheck()]);
          await closeAll(gone);
        },
        discard: () => next.discard(),
      };
    },
    get connections() {
      return context.door.size;
    },
    get isReady() {
      return context.feeds.areReady;
    },
    async close({ timeoutMs = 10_000 } = {}) {
      context.door.stop();
      await Promise.all([webSockets.close(timeoutMs), streams.close(timeoutMs)]);
      await context.feeds.close();
    },
  };
}

interface LastingContext extends LiveContext {
  readonly authenticator: CurrentAuthenticator;
}

function createContext({ model, bus, log, metrics = noMetrics, ...options }: LiveOptions): LastingContext {
  const { allowedOrigins = [], allowCredentials = false, clientAddress = socketAddress } = options;
  const origins = new Origins({ allowedOrigins, allowCredentials });
  const authenticator = new CurrentAuthenticator(
    options.authenticator ?? openAuthenticator(undefined, { log }),
  );
  const limits = { ...defaultLimits, ...options.limits };
  return {
    feeds: new LiveFeeds({ model, authenticator, bus, log, limits, metrics }),
    authenticator,
    door: new ConnectionLimiter({ limits, origins, clientAddress }),
    origins,
    limits,
    metrics,
    log,
  };
}

function socketAddress({ socket }: IncomingMessage): string {
  return socket.remoteAddress ?? '';
}
