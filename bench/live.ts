import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { openScript, stop } from './children.ts';
import type { ClientCommand, Publication, Reception, ServerCommand, ServerKind } from './live/protocol.ts';
import { servers } from './live/protocol.ts';
import { median } from './workload.ts';

export interface LiveBenchOptions {
  readonly rounds?: number;
}

/** The figures of one server in one round; times in milliseconds, CPU in microseconds per delivery. */
interface Figures {
  readonly singleCpu1k: number;
  readonly coalescedCpu1k: number;
  readonly deliveries1k: number;
  readonly singleCpu10k: number;
  readonly deliveries10k: number;
  readonly p50: number;
  readonly p99: number;
  readonly stall: number;
  readonly stalledP99: number;
  readonly bytesPerIdle: number;
}

const few = 1_000;
const many = 10_000;

const single: Publication = { rounds: 100, burst: 1, everyMs: 50 };
const coalesced: Publication = { rounds: 5, burst: 50, everyMs: 1_000 };
const slow: Publication = { rounds: 20, burst: 1, everyMs: 500 };

/**
 * What does it cost to deliver a message to thousands of WebSockets, compared with Socket.IO and with a loop
 * of `ws.send`? One server and one client process run at a time; the servers take turns in each round.
 */
export async function benchLive({ rounds = 3 }: LiveBenchOptions = {}): Promise<void> {
  const all = new Map<ServerKind, Figures[]>(servers.map((kind) => [kind, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const kind of servers) all.get(kind)?.push(await measureServer(kind));
  }
  const [ours, socketIo, loop] = servers.map((kind) => middle(all.get(kind) ?? []));
  if (!ours || !socketIo || !loop) return;
  const row = (read: (figures: Figures) => number, digits = 1): object => ({
    restmapper: round(read(ours), digits),
    'Socket.IO': round(read(socketIo), digits),
    'ws.send': round(read(loop), digits),
    ratio: round(read(ours) / read(socketIo), 2),
  });
  console.log(`\nlive, ${rounds} rounds, messages of 200 bytes; the ratio is to Socket.IO`);
  console.table({
    'CPU per delivery, µs: 1,000 sockets, one message at a time': row((f) => f.singleCpu1k),
    'CPU per delivery, µs: 1,000 sockets, 50 messages at a time': row((f) => f.coalescedCpu1k, 2),
    'CPU per delivery, µs: 10,000 sockets, 2 messages/s': row((f) => f.singleCpu10k),
    'deliveries/s: 1,000 sockets, 250 messages at once': row((f) => f.deliveries1k, 0),
    'deliveries/s: 10,000 sockets, 50 messages at once': row((f) => f.deliveries10k, 0),
    'p50, ms: 10,000 sockets, 2 messages/s': row((f) => f.p50),
    'p99, ms: 10,000 sockets, 2 messages/s': row((f) => f.p99),
    'longest stall of the event loop, ms': row((f) => f.stall),
    'p99 of the others, ms: 1 % stalled': row((f) => f.stalledP99),
    'bytes per idle socket, of 10,000': row((f) => f.bytesPerIdle, 0),
  });
}

async function measureServer(kind: ServerKind): Promise<Figures> {
  const thousand = await withSystem(kind, few, async (system) => {
    const one = await system.publish(single);
    const fifty = await system.publish(coalesced);
    const most = await system.publish({ rounds: 1, burst: 250, everyMs: 0 });
    return { singleCpu1k: one.cpu, coalescedCpu1k: fifty.cpu, deliveries1k: most.perSecond };
  });
  const tenThousand = await withSystem(kind, many, async (system) => {
    const { bytesPerIdle } = system;
    const { cpu, p50Ms: p50, p99Ms: p99, stallMs: stall } = await system.publish(slow);
    const most = await system.publish({ rounds: 1, burst: 50, everyMs: 0 });
    await ask(system.clients, { do: 'stall', clients: many / 100 });
    const stalled = await system.publish(slow);
    const figures = { singleCpu10k: cpu, deliveries10k: most.perSecond, p50, p99, stall, bytesPerIdle };
    return { ...figures, stalledP99: stalled.p99Ms };
  });
  return { ...thousand, ...tenThousand };
}

interface System {
  readonly clients: ChildProcess;
  readonly bytesPerIdle: number;
  publish(
    publication: Publication,
  ): Promise<Reception & { readonly cpu: number; readonly perSecond: number; readonly stallMs: number }>;
}

async function withSystem<T>(
  kind: ServerKind,
  sockets: number,
  work: (system: System) => Promise<T>,
): Promise<T> {
  const { first: port, child: server } = await openScript('live/server.ts', { KIND: kind }, ['--expose-gc']);
  const { child: clients } = await openScript('live/clients.ts', {});
  try {
    const before = await ask<{ rssBytes: number }>(server, { do: 'memory' });
    await ask(clients, { do: 'connect', port: Number(port), kind, clients: sockets });
    const after = await ask<{ rssBytes: number }>(server, { do: 'memory' });
    const bytesPerIdle = (after.rssBytes - before.rssBytes) / sockets;
    const publish: System['publish'] = async (publication) => {
      await ask(server, { do: 'measure' });
      const messages = publication.rounds * publication.burst;
      const timeoutMs = publication.rounds * publication.everyMs + 60_000;
      const published = ask(server, { do: 'publish', publication });
      const reception = await ask<Reception>(clients, { do: 'await', messages, timeoutMs });
      await published;
      const used = await ask<{ cpuMs: number; longestStallMs: number }>(server, { do: 'measure' });
      const cpu = (used.cpuMs * 1000) / reception.received;
      const perSecond = (reception.received / reception.elapsedMs) * 1000;
      return { ...reception, cpu, perSecond, stallMs: used.longestStallMs };
    };
    return await work({ clients, bytesPerIdle, publish });
  } finally {
    await Promise.all([stop(server), stop(clients)]);
  }
}

/** Each program handles one command at a time; a server publishes only while it has no other command. */
async function ask<Answer = unknown>(
  child: ChildProcess,
  command: ServerCommand | ClientCommand,
): Promise<Answer> {
  child.send(command);
  const [answer] = (await once(child, 'message')) as [Answer];
  return answer;
}

function middle(figures: readonly Figures[]): Figures | undefined {
  const [first] = figures;
  if (!first) return undefined;
  const names = Object.keys(first) as (keyof Figures)[];
  const medians = names.map((name) => [name, median(figures.map((each) => each[name]))]);
  return Object.fromEntries(medians) as Figures;
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
