/** One of the compared servers: listens on a free port, and publishes and measures on command. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { createMessageId, silentLog } from '@restmapper/core';
import { openMemoryBus } from '@restmapper/bus';
import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { createLive } from '@restmapper/liveupdate';
import { Server as SocketIo } from 'socket.io';
import { WebSocketServer } from 'ws';
import { createPayload, type Publication, type ServerCommand, type ServerKind } from './protocol.ts';

/** Long enough that no ping falls into a measurement. */
const neverMs = 3_600_000;

/** Prepares a server for its clients; returns the function that sends a message to all of them. */
type Attach = (server: Server) => () => void;

const attach: Record<ServerKind, Attach> = {
  restmapper(server) {
    const source = 'endpoints:\n  POST /events/:\n    fanout: true\n    body: {}\n    feed: events\n';
    const model = parseEndpoints(source, { file: 'endpoints.yaml', env: {}, directory: '.' });
    const bus = openMemoryBus({ topology: topologyOf(model) });
    const limits = { pingIntervalMs: neverMs, maxConnections: 20_000, maxConnectionsPerAddress: 20_000 };
    const live = createLive({ model, bus, log: silentLog, limits });
    server.on('upgrade', live.handleUpgrade);
    return () => {
      const body = Buffer.from(`{"data":${JSON.stringify(createPayload())},"args":null}`);
      const timestampMs = Date.now();
      const message = { body, messageId: createMessageId(), type: 'POST /events/', timestampMs, headers: {} };
      // In memory it cannot fail.
      void bus.publish('/events/:POST', message, { deadlineEpochMs: timestampMs + 10_000 });
    };
  },
  'Socket.IO'(server) {
    const io = new SocketIo(server, { pingInterval: neverMs, transports: ['websocket'], serveClient: false });
    return () => io.emit('m', createPayload());
  },
  'ws.send'(server) {
    const sockets = new WebSocketServer({ server, perMessageDeflate: false });
    return () => {
      const text = JSON.stringify(createPayload());
      for (const socket of sockets.clients) socket.send(text);
    };
  },
};

const server = createServer();
// The parent names one of them.
const publish = attach[process.env['KIND'] as ServerKind](server);
const delay = monitorEventLoopDelay({ resolution: 10 });
delay.enable();
let cpu = process.cpuUsage();

process.on('message', (command: ServerCommand) => {
  void run(command).then((report) => process.send?.(report));
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 });
await once(server, 'listening');
// A TCP server's address is an object.
process.send?.((server.address() as AddressInfo).port);

async function run(command: ServerCommand): Promise<object> {
  switch (command.do) {
    case 'publish':
      await publishAll(command.publication);
      return { done: true };
    case 'measure':
      return measure();
    default:
      globalThis.gc?.();
      await sleep(500);
      globalThis.gc?.();
      return { rssBytes: process.memoryUsage.rss() };
  }
}

async function publishAll({ rounds, burst, everyMs }: Publication): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    for (let i = 0; i < burst; i += 1) publish();
    await sleep(everyMs);
  }
}

function measure(): object {
  const { user, system } = process.cpuUsage(cpu);
  const longestStallMs = delay.max / 1e6;
  cpu = process.cpuUsage();
  delay.reset();
  return { cpuMs: (user + system) / 1000, longestStallMs };
}
