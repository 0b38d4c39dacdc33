import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bus, encodeEnvelope, MemoryBroker, openAmqpBus, openMemoryBus } from '@restmapper/bus';
import { createMessageId, silentLog } from '@restmapper/core';
import { type Model, parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { createLive } from '@restmapper/liveupdate';
import { expect } from 'chai';
import { amqpUrl, deleteTopology } from '../support/amqp.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { cutEach, listenByEvents, listenBySocket, type Places } from './audience.ts';
import { openCommand, openFolder, stopCommand } from './command.ts';

const clientCount = 1_000;
const messageCount = 300;
const messagesPerSecond = 20;

/** Two live processes on one bus. */
interface Stage {
  readonly feed: string;
  readonly places: Places;
  publish(n: number): Promise<void>;
  /** Stops the first process, and starts another in its place. */
  restart(): Promise<void>;
}

/** A feed with a unique name, on a shared broker. */
function describeFeed() {
  const feed = `resume-${randomUUID()}`;
  const yaml = `endpoints:\n  POST /${feed}/: { fanout: true, body: true, feed: ${feed} }\n`;
  return { feed, yaml, model: parseEndpoints(yaml, { file: 'endpoints.yaml', directory: '/' }) };
}

async function publishTo(bus: Bus, feed: string, n: number): Promise<void> {
  const message = {
    body: encodeEnvelope({ data: Buffer.from(JSON.stringify({ n })), args: Buffer.from('null') }),
    messageId: createMessageId(),
    type: `POST /${feed}/`,
    timestampMs: Date.now(),
    headers: {},
  };
  await bus.publish(`/${feed}/:POST`, message, { deadlineEpochMs: Date.now() + 10_000 });
}

/** Two processes of the command `live` on RabbitMQ; the first is killed or stopped. */
async function openProcesses(signal: 'SIGKILL' | 'SIGTERM'): Promise<Stage> {
  const { feed, yaml, model } = describeFeed();
  const cwd = await openFolder();
  await writeFile(join(cwd, 'endpoints.yaml'), yaml);
  use(model, (model) => deleteTopology(topologyOf(model)));
  const bus = openAmqpBus({
    urls: [amqpUrl()],
    topology: topologyOf(model),
    log: silentLog,
    name: 'resume test',
  });
  use(bus, (bus) => bus.close());
  const start = () => openCommand({ args: ['live'], env: { AMQP_URL: amqpUrl(), LOG_LEVEL: 'warn' }, cwd });
  const [first, second] = await Promise.all([start(), start()]);
  const places: [string, string] = [first.url, second.url];
  return {
    feed,
    places,
    publish: (n) => publishTo(bus, feed, n),
    async restart() {
      if (signal === 'SIGTERM') await stopCommand(first);
      else first.child.kill(signal);
      await first.exited;
      places[0] = (await start()).url;
    },
  };
}

/** Two live bridges within this process, on one in-memory bus. */
async function openBridges(): Promise<Stage> {
  const { feed, model } = describeFeed();
  const broker = new MemoryBroker();
  const bus = use(openMemoryBus({ topology: topologyOf(model), broker }), (bus) => bus.close());
  const [first, second] = [await openBridge(model, broker), await openBridge(model, broker)];
  const places: [string, string] = [first.url, second.url];
  return {
    feed,
    places,
    publish: (n) => publishTo(bus, feed, n),
    async restart() {
      await first.close();
      places[0] = (await openBridge(model, broker)).url;
    },
  };
}

async function openBridge(model: Model, broker: MemoryBroker) {
  const bus = openMemoryBus({ topology: topologyOf(model), broker });
  const live = createLive({ model, bus, log: silentLog });
  const server = createServer(live.handleRequest).on('upgrade', live.handleUpgrade);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> =>
    (closed ??= (async () => {
      server.close();
      await live.close({ timeoutMs: 1_000 });
      await bus.close();
    })());
  use(server, close);
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

/** Publishes at a steady rate, with an action half-way. */
async function publishAll({ publish, restart }: Stage): Promise<void> {
  const startMs = performance.now();
  let restarted: Promise<void> | undefined;
  for (let n = 0; n < messageCount; n += 1) {
    if (n === messageCount / 2) restarted = restart();
    await publish(n);
    await sleep(Math.max(0, startMs + ((n + 1) * 1_000) / messagesPerSecond - performance.now()));
  }
  await restarted;
}

const stages = [
  { bus: 'RabbitMQ', way: 'WebSocket', listen: listenBySocket, open: () => openProcesses('SIGKILL') },
  {
    bus: 'RabbitMQ',
    way: 'Server-Sent Events',
    listen: listenByEvents,
    open: () => openProcesses('SIGTERM'),
  },
  { bus: 'the bus in memory', way: 'WebSocket', listen: listenBySocket, open: openBridges },
  { bus: 'the bus in memory', way: 'Server-Sent Events', listen: listenByEvents, open: openBridges },
];

describe('1,000 clients that reconnect to either of two processes every few seconds', function () {
  this.timeout(120_000);

  for (const { bus, way, listen, open } of stages) {
    it(`get every message once and in order over ${way} on ${bus}, though a process is restarted`, async () => {
      const stage = await open();
      const listeners = Array.from({ length: clientCount }, () =>
        use(listen(stage.places, stage.feed), (listener) => listener.close()),
      );
      await Promise.all(listeners.map(({ ready }) => ready));
      const startMs = performance.now();

      const stopCutting = use(cutEach(listeners), (stop) => stop());
      await publishAll(stage);
      stopCutting();
      const isComplete = () => listeners.every(({ account }) => account.next === messageCount);
      await until(isComplete, { timeoutMs: 20_000, everyMs: 100 }).catch(() => {});

      const sum = (of: 'next' | 'duplicates' | 'undeclared' | 'gaps' | 'cuts') =>
        listeners.reduce((total, { account }) => total + account[of], 0);
      const [undeclared, duplicates, gaps, cuts] = [
        sum('undeclared'),
        sum('duplicates'),
        sum('gaps'),
        sum('cuts'),
      ];
      const delivered = sum('next') - undeclared;
      const seconds = ((performance.now() - startMs) / 1_000).toFixed(1);
      console.log(
        `      ${delivered} of ${clientCount * messageCount} delivered, ${cuts} cuts, ${duplicates} duplicates, ` +
          `${undeclared} undeclared losses, ${gaps} declared gaps, ${seconds} s`,
      );
      expect({ delivered, duplicates, undeclared, gaps }).to.deep.equal({
        delivered: clientCount * messageCount,
        duplicates: 0,
        undeclared: 0,
        gaps: 0,
      });
      expect(cuts).to.be.at.least(clientCount * 2);
    });
  }
});
