import type { IncomingMessage } from 'node:http';
import Koa from 'koa';
import { type Authenticator, openAuthenticator, type OriginRules, Origins } from '@restmapper/auth';
import type { Bus } from '@restmapper/bus';
import type { Log } from '@restmapper/core';
import type { Model } from '@restmapper/endpoints';
import { sendProblem } from './answer/answer.ts';
import { ByteBudget } from './request/byte-budget.ts';
import { type NextModel, Served, type ServedModel } from './generation.ts';
import { holdAnswer } from './answer/held-answer.ts';
import { InFlight } from './callers/in-flight.ts';
import { defaultLimits, type GatewayLimits } from './request/limits.ts';
import { type GatewayMetrics, noMetrics } from './observing/metrics.ts';
import { createObserver } from './observing/observer.ts';
import type { RequestState } from './answer/request-state.ts';
import { checkHost, originForm } from './request/request-target.ts';
import { limitSending } from './answer/send-timeout.ts';

export interface GatewayOptions {
  readonly model: Model;
  readonly bus: Bus;
  readonly log: Log;
  /** Authorizes callers of protected endpoints. @default refuses everyone */
  readonly authenticator?: Authenticator;
  /** The rights of pages of other origins. @default reads only, with hidden answers */
  readonly originRules?: OriginRules;
  /** Determines a client's address, for limits and logs. @default the address of its socket */
  readonly clientAddress?: (request: IncomingMessage) => string;
  readonly limits?: Partial<GatewayLimits>;
  readonly metrics?: GatewayMetrics;
  /** Whether answers say in `Server-Timing` where their time went. @default false */
  readonly isTimed?: boolean;
  /** The server's version, for the API description. */
  readonly version: string;
  /** The path under which callers reach it, for the API description. @default /api/v1 */
  readonly basePath?: string | undefined;
}

export interface Gateway {
  /** Does not listen; its `callback()` serves any HTTP server, after any prefix has been removed. */
  readonly app: Koa<RequestState>;
  /** The number of requests in progress. */
  readonly inFlight: number;
  /** Makes each answer close its connection from now on, so that callers switch to another process. */
  drain(): void;
  /**
   * Prepares the next model, and changes nothing yet.
   *
   * @throws ConfigError as `createGateway` does.
   */
  prepare(next: ServedModel): NextModel;
}

/** Sent with every answer: no sniffing, no caching, no framing. */
const headers = {
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
};

/**
 * Maps the endpoints of a model to messages on a bus.
 *
 * A request passes: id, log and metrics → error policy → limits of bytes and of requests in flight →
 * origin → route → caller and rate limit → parameters, query, body → bus → answer.
 *
 * ```ts
 * import { createServer } from 'node:http';
 * import { openMemoryBus } from '@restmapper/bus';
 * import { silentLog } from '@restmapper/core';
 * import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
 * import { createGateway } from '@restmapper/restmapper';
 *
 * const text = `
 * endpoints: { POST /orders: { fanout: true, body: true } }
 * workers: { mail: { on: POST /orders, use: ./mail.ts } }
 * `;
 * const model = parseEndpoints(text, { file: 'endpoints.yaml', directory: '.' });
 * const bus = openMemoryBus({ topology: topologyOf(model) });
 * const gateway = createGateway({ model, bus, log: silentLog, version: '1.0.0' });
 * const server = createServer(gateway.app.callback()).listen(8080);
 * const response = await fetch('http://127.0.0.1:8080/orders', {
 *   method: 'POST',
 *   headers: { 'content-type': 'application/json' },
 *   body: '{"count":2}',
 * });
 * console.log(response.status); // 200
 * gateway.drain();
 * server.close();
 * await bus.close();
 * ```
 */
export function createGateway(options: GatewayOptions): Gateway {
  const { model, bus, log, limits, metrics = noMetrics, isTimed = false, version, basePath } = options;
  const { authenticator = openAuthenticator(undefined, { log }), clientAddress = socketAddress } = options;
  const origins = new Origins(options.originRules);
  const settings = { ...defaultLimits, ...limits };
  const inFlight = new InFlight(settings.maxInFlight);
  const budget = openBudget(settings, metrics);
  let draining = false;
  const served = new Served(
    { model, authenticator },
    { bus, origins, limits: settings, budget, isTimed, described: { version, basePath } },
  );
  const app = new Koa<RequestState>();
  app.on('error', (error: unknown) => log.debug({ err: error }, 'a connection broke'));
  app.use(createObserver({ log, metrics, clientAddress }));
  app.use(async (context) => {
    context.set(draining ? { ...headers, connection: 'close' } : headers);
    try {
      checkHost(context.req);
      context.url = originForm(context.url);
      budget.assertRoom();
      await inFlight.admit(() => served.serve(context));
    } catch (error) {
      sendProblem(context, error);
    }
    holdAnswer(context, { budget, limits: settings });
    limitSending(context.req, context.res, settings.sendTimeoutMs);
  });
  return {
    app,
    get inFlight() {
      return inFlight.count;
    },
    drain: () => void (draining = true),
    prepare: (next) => served.prepare(next),
  };
}

function openBudget({ maxHeldBytes: maxBytes }: GatewayLimits, metrics: GatewayMetrics): ByteBudget {
  const budget = new ByteBudget({ maxBytes });
  metrics.watchBytes(budget);
  return budget;
}

function socketAddress({ socket }: IncomingMessage): string {
  return socket.remoteAddress ?? '';
}
