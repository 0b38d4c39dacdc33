import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { type Bus, openMemoryBus } from '@restmapper/bus';
import { silentLog } from '@restmapper/core';
import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { Registry } from 'prom-client';
import {
  type EventSourceClient,
  openEventSource,
  type EventSourceOptions,
} from '../../../../test/support/event-source.ts';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { createLive, createLiveMetrics, type Live, type LiveOptions } from '../../src/index.ts';

const model = parseEndpoints(
  `
endpoints:
  POST /messages/: { fanout: true, body: true, feed: messages }
  POST /skipping/: { fanout: true, body: true, feed: skipping }
  POST /secrets/: { fanout: true, body: true, feed: secrets }
feeds:
  skipping: { whenSlow: skip }
  secrets: { public: false }
`,
  { file: 'endpoints.yaml', directory: '/' },
);

export const topology = topologyOf(model);

export interface EventServer {
  readonly live: Live;
  readonly bus: Bus;
  readonly url: string;
  readonly port: number;
  /** The responses that have begun. */
  readonly responses: readonly ServerResponse[];
  /** The value of a metric, by its name without `restmapper_live_` and with its labels. */
  metric(name: string): Promise<number>;
}

export interface EventServerOptions extends Partial<Pick<LiveOptions, 'limits' | 'allowedOrigins'>> {
  /** @default a separate bus in memory */
  readonly bus?: Bus;
}

/** Serves a live bridge over HTTP on a free port. */
export async function openEventServer({
  bus = use(openMemoryBus({ topology, log: silentLog }), (bus) => bus.close()),
  ...options
}: EventServerOptions = {}): Promise<EventServer> {
  const registry = new Registry();
  const metrics = createLiveMetrics(registry);
  const live = use(createLive({ model, bus, log: silentLog, metrics, ...options }), (live) =>
    live.close({ timeoutMs: 100 }),
  );
  const responses: ServerResponse[] = [];
  const server = createServer((request, response) => {
    responses.push(response);
    live.handleRequest(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  use(server, (server) => server.close());
  const { port } = server.address() as AddressInfo;
  return {
    live,
    bus,
    port,
    responses,
    url: `http://127.0.0.1:${port}`,
    async metric(name) {
      const lines = (await registry.metrics()).split('\n');
      const line = lines.find((line) => line.startsWith(`restmapper_live_${name} `));
      return Number(line?.split(' ')[1] ?? 0);
    },
  };
}

/** A bus in memory whose feeds can be read once it is opened. */
export function openGatedBus(): { readonly bus: Bus; readonly open: () => void } {
  const bus = use(openMemoryBus({ topology, log: silentLog }), (bus) => bus.close());
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => (open = resolve));
  const follow: Bus['follow'] = (...args) => {
    const { ready, trouble, close } = bus.follow(...args);
    return { ready: opened.then(() => ready), trouble, close };
  };
  const gated = new Proxy(bus, {
    get: (bus, name) => (name === 'follow' ? follow : Reflect.get(bus, name, bus)),
  });
  return { bus: gated, open: () => open() };
}

/** Connects to a feed's events; resolves once the server has said ok or something else. */
export async function openEvents(
  { url }: EventServer,
  path = '/sse/v1/messages',
  options?: EventSourceOptions,
): Promise<EventSourceClient> {
  const client = await openEventSource(`${url}${path}`, options);
  if (client.status === 200) await until(() => client.events.length > 0);
  return client;
}

/** Requests a feed's events, and resolves before there is a response. */
export async function openSocket({ port }: EventServer, path = '/sse/v1/messages'): Promise<Socket> {
  const socket = use(connect(port, '127.0.0.1'), (socket) => socket.destroy());
  socket.on('error', () => {});
  await once(socket, 'connect');
  socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
  return socket;
}

/** Requests a feed's events and never reads them. */
export async function openSilentReader(server: EventServer, path?: string): Promise<Socket> {
  const socket = await openSocket(server, path);
  await once(socket, 'readable');
  return socket;
}

/** The data of the messages that were received. */
export function messagesOf({ events }: EventSourceClient): string[] {
  return events.filter(({ event }) => event === 'message').map(({ data }) => data);
}

/** The data of the first event of a kind. */
export function firstOf({ events }: EventSourceClient, kind: string): Record<string, unknown> {
  const event = events.find(({ event }) => event === kind);
  if (!event) throw new Error(`no event ${kind}`);
  return JSON.parse(event.data) as Record<string, unknown>;
}
