import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { type Bus, encodeEnvelope, openMemoryBus } from '@restmapper/bus';
import { createMessageId, silentLog } from '@restmapper/core';
import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { Registry } from 'prom-client';
import { WebSocket } from 'ws';
import { use } from '../../../../test/support/use.ts';
import {
  createLive,
  createLiveMetrics,
  type Live,
  type LiveLimits,
  type LiveOptions,
} from '../../src/index.ts';

const model = parseEndpoints(
  `
endpoints:
  POST /messages/: { fanout: true, body: true, feed: messages }
  POST /notes/: { fanout: true, body: true, feed: notes }
  POST /secrets/: { fanout: true, body: true, feed: secrets }
  POST /ticks/: { fanout: true, body: true, feed: ticks }
  POST /states/: { fanout: true, body: true, feed: states }
feeds:
  messages: { maxBytes: 1MB }
  secrets: { public: false }
  ticks: { whenSlow: skip }
  states: { whenSlow: latest }
`,
  { file: 'endpoints.yaml', directory: '/' },
);

export interface LiveServer {
  readonly live: Live;
  readonly port: number;
  /** The server's side of each client's connection. */
  readonly sockets: readonly Duplex[];
  /** The value of a metric, by its name without `restmapper_live_` and with its labels. */
  metric(name: string): Promise<number>;
}

export async function openBus(): Promise<Bus> {
  const bus = openMemoryBus({ topology: topologyOf(model), log: silentLog });
  return use(bus, (bus) => bus.close());
}

/** Serves a live bridge on a free port. */
export async function openLive(
  bus: Bus,
  limits: Partial<LiveLimits> = {},
  options: Partial<LiveOptions> = {},
): Promise<LiveServer> {
  const registry = new Registry();
  const metrics = createLiveMetrics(registry);
  const live = use(createLive({ model, bus, log: silentLog, limits, metrics, ...options }), (live) =>
    live.close({ timeoutMs: 100 }),
  );
  const sockets: Duplex[] = [];
  const server = createServer(live.handleRequest).on('upgrade', (request, socket, head) => {
    sockets.push(socket);
    live.handleUpgrade(request, socket, head);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  use(server, (server) => {
    server.closeAllConnections();
    server.close();
  });
  return {
    live,
    sockets,
    port: (server.address() as AddressInfo).port,
    async metric(name) {
      const lines = (await registry.metrics()).split('\n');
      const line = lines.find((line) => line.startsWith(`restmapper_live_${name} `));
      return Number(line?.split(' ')[1] ?? 0);
    },
  };
}

export async function publish(bus: Bus, data: string, path = '/messages/'): Promise<void> {
  await publishBody(bus, encodeEnvelope({ data: Buffer.from(data), args: Buffer.from('null') }), path);
}

export async function publishBody(bus: Bus, body: Buffer, path = '/messages/'): Promise<void> {
  const message = {
    body,
    messageId: createMessageId(),
    type: `POST ${path}`,
    timestampMs: Date.now(),
    headers: {},
  };
  await bus.publish(`${path}:POST`, message, { deadlineEpochMs: Date.now() + 5_000 });
}

export interface Client {
  readonly ws: WebSocket;
  /** The text messages received. */
  readonly received: readonly string[];
  readonly closed: Promise<{ code: number; reason: string }>;
}

export interface ClientOptions {
  readonly protocols?: string[];
  readonly autoPong?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  /** The text after the path, with its question mark. */
  readonly query?: string;
}

/** Connects a real WebSocket client. */
export async function openClient(
  { port }: { readonly port: number },
  { protocols = [], autoPong = true, headers = {}, query = '' }: ClientOptions = {},
): Promise<Client> {
  const ws = new WebSocket(`ws://127.0.0.1:${port}/ws/v1/${query}`, protocols, { autoPong, headers });
  const received: string[] = [];
  ws.on('message', (data: Buffer, isBinary) => received.push(isBinary ? 'binary' : data.toString()));
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    ws.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  await once(ws, 'open');
  use(ws, (ws) => ws.terminate());
  return { ws, received, closed };
}

/** Makes a WebSocket by hand and never reads from it. */
export async function openSilentClient(
  { port }: { readonly port: number },
  { protocol, first = '' }: { readonly protocol?: string; readonly first?: string } = {},
): Promise<Socket> {
  const socket = use(connect(port, '127.0.0.1'), (socket) => socket.destroy());
  socket.on('error', () => {});
  socket.write(
    'GET /ws/v1/ HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n' +
      (protocol ? `sec-websocket-protocol: ${protocol}\r\n` : '') +
      'sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
  if (first !== '') socket.write(encodeClientFrame(first));
  await once(socket, 'readable');
  return socket;
}

/** A text frame as clients send them, masked with zeros. */
function encodeClientFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  return Buffer.concat([Buffer.from([0x81, 0x80 | payload.length, 0, 0, 0, 0]), payload]);
}
