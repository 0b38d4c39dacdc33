import type { ChildProcess } from 'node:child_process';
import { createMessageId } from '@restmapper/core';
import autocannon from 'autocannon';
import { connect } from 'amqplib';
import { Client } from 'pg';
import { until } from '../test/support/until.ts';
import { cpuMsOf, openRestmapper, stop } from './children.ts';
import { declareQueues } from './declare.ts';
import { body, median } from './workload.ts';

export interface FeaturesBenchOptions {
  readonly amqpUrl: string;
  readonly databaseUrl: string;
  readonly file: string;
  readonly rounds?: number;
  readonly messages?: number;
  readonly seconds?: number;
}

/** The processor time for each message, in microseconds: without the features, and with them. */
interface Costs {
  readonly plain: number[];
  readonly featured: number[];
}

/**
 * What do the features of the file cost the process that provides them? A gateway reads declared headers and fills in
 * defaults of bodies; a worker stores four columns beside each message. Each is compared with the same process, or with
 * one that does the same without them; they take turns, and the median round counts.
 */
export async function benchFeatures({
  rounds = 7,
  messages = 40_000,
  seconds = 3,
  ...servers
}: FeaturesBenchOptions): Promise<void> {
  await declareQueues(servers.amqpUrl, servers.file);
  const stored = await measureAppend({ ...servers, rounds, messages });
  console.log(`\nappend, ${messages} messages, ${rounds} rounds`);
  print(stored, 'with 4 columns');
  for (const kind of ['fanout', 'rpc'] as const) {
    const served = await measureGateway({ ...servers, rounds, seconds, kind });
    console.log(`\n${kind} endpoint, ${rounds} rounds of ${seconds} s`);
    print(served, 'with a header and two defaults');
    if (kind === 'rpc') continue;
    console.log('\nboth, the gateway and the worker of an event');
    print(sumOf(served, stored), 'with a header, two defaults and 4 columns');
  }
}

/** What two processes need together for a call, round by round. */
function sumOf(one: Costs, other: Costs): Costs {
  const add = (which: keyof Costs): number[] =>
    one[which].map((cost, round) => cost + (other[which][round] ?? Number.NaN));
  return { plain: add('plain'), featured: add('featured') };
}

function print({ plain, featured }: Costs, what: string): void {
  const ratio = median(plain.map((each, round) => each / (featured[round] ?? Number.NaN)));
  console.table({
    plain: { cpuMicros: Math.round(median(plain)) },
    [what]: { cpuMicros: Math.round(median(featured)) },
    ratio: { cpuMicros: Number(ratio.toFixed(3)) },
  });
}

/** Takes turns, after one round that does not count. */
async function takeTurns(rounds: number, measure: (which: keyof Costs) => Promise<number>): Promise<Costs> {
  const costs: Costs = { plain: [], featured: [] };
  for (let round = 0; round <= rounds; round += 1) {
    const order = round % 2 === 0 ? (['plain', 'featured'] as const) : (['featured', 'plain'] as const);
    for (const which of order) {
      const cost = await measure(which);
      if (round > 0) costs[which].push(cost);
    }
  }
  return costs;
}

const appends = {
  plain: { worker: 'events', queue: '/events/:POST', table: 'bench_event', params: '' },
  featured: {
    worker: 'columns',
    queue: '/columns/{id}:POST',
    table: 'bench_column',
    params: ',"params":{"id":"17"}',
  },
};

type AppendOptions = Required<Omit<FeaturesBenchOptions, 'seconds'>>;

async function measureAppend({
  amqpUrl,
  databaseUrl,
  file,
  rounds,
  messages,
}: AppendOptions): Promise<Costs> {
  const env = { AMQP_URL: amqpUrl, DATABASE_URL: databaseUrl };
  const open = async (which: keyof Costs): Promise<ChildProcess> =>
    (await openRestmapper(['work', appends[which].worker, '--file', file], env)).child;
  const children = { plain: await open('plain'), featured: await open('featured') };
  const client = new Client(databaseUrl);
  await client.connect();
  try {
    return await takeTurns(rounds, async (which) => {
      const { queue, table, params } = appends[which];
      const rows = async (): Promise<number> => {
        const text = 'select position::int as rows from restmapper_head where name = $1';
        const found = await client.query<{ rows: number }>(text, [table]);
        return found.rows[0]?.rows ?? 0;
      };
      const goal = (await rows()) + messages;
      const startMs = cpuMsOf(children[which]);
      await fill(amqpUrl, { queue, messages, content: Buffer.from(`{"data":${body},"args":null${params}}`) });
      await until(async () => (await rows()) >= goal, { timeoutMs: 60_000 });
      return ((cpuMsOf(children[which]) - startMs) * 1000) / messages;
    });
  } finally {
    await Promise.all(Object.values(children).map(stop));
    await client.end();
  }
}

interface Filling {
  readonly queue: string;
  readonly messages: number;
  readonly content: Buffer;
}

async function fill(amqpUrl: string, { queue, messages, content }: Filling): Promise<void> {
  const connection = await connect(amqpUrl, { noDelay: true });
  const channel = await connection.createConfirmChannel();
  for (let sent = 1; sent <= messages; sent += 1) {
    const properties = { persistent: true, messageId: createMessageId(), contentType: 'application/json' };
    channel.sendToQueue(queue, content, properties);
    if (sent % 1000 === 0) await channel.waitForConfirms();
  }
  await channel.waitForConfirms();
  await connection.close();
}

interface GatewayOptions {
  readonly amqpUrl: string;
  readonly file: string;
  readonly rounds: number;
  readonly seconds: number;
  readonly kind: 'fanout' | 'rpc';
}

const paths = {
  fanout: { plain: '/events/', featured: '/featured/events/' },
  rpc: { plain: '/requests/', featured: '/featured/requests/' },
};

async function measureGateway({ amqpUrl, file, rounds, seconds, kind }: GatewayOptions): Promise<Costs> {
  const { port, child } = await openRestmapper(['serve', '--file', file], { AMQP_URL: amqpUrl });
  const closePeer = await openPeer(amqpUrl, Object.values(paths[kind]));
  try {
    return await takeTurns(rounds, async (which) => {
      const startMs = cpuMsOf(child);
      const { requests, non2xx, errors } = await autocannon({
        url: `http://127.0.0.1:${port}${paths[kind][which]}`,
        connections: 32,
        duration: seconds,
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-tenant': 'a', 'x-version': '7' },
        body,
      });
      if (non2xx + errors > 0)
        throw new Error(`${which}: ${non2xx} answers other than 2xx, ${errors} errors`);
      return ((cpuMsOf(child) - startMs) * 1000) / requests.total;
    });
  } finally {
    await closePeer();
    await stop(child);
  }
}

/** Drains the events, and answers the requests. */
async function openPeer(amqpUrl: string, ofPaths: readonly string[]): Promise<() => Promise<void>> {
  const connection = await connect(amqpUrl, { noDelay: true });
  const channel = await connection.createChannel();
  await channel.prefetch(500);
  const reply = Buffer.from('{"stored":true,"position":1234567}');
  for (const path of ofPaths) {
    await channel.consume(`${path}:POST`, (message) => {
      if (!message) return;
      const { replyTo, correlationId } = message.properties;
      if (replyTo) channel.sendToQueue(String(replyTo), reply, { correlationId: String(correlationId) });
      channel.ack(message);
    });
  }
  return () => connection.close();
}
