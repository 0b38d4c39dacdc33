import type { ChildProcess } from 'node:child_process';
import { createMessageId } from '@restmapper/core';
import { partitionOf } from '@restmapper/endpoints';
import { connect } from 'amqplib';
import { Client, DatabaseError } from 'pg';
import { cpuMsOf, openRestmapper, stop } from './children.ts';
import { declareQueues } from './declare.ts';
import { median } from './workload.ts';

export interface OrderedBenchOptions {
  readonly amqpUrl: string;
  readonly databaseUrl: string;
  readonly file: string;
  readonly rounds?: number;
}

interface Figures {
  readonly perSecond: number;
  /** Of the worker's process, in microseconds for each message. */
  readonly cpuMicros: number;
}

/** A worker without an order, or the same with one. */
interface Side {
  readonly worker: string;
  readonly queue: string;
  readonly table: string;
  readonly isOrdered: boolean;
}

interface Pair {
  readonly title: string;
  readonly messages: number;
  readonly plain: Side;
  readonly ordered: Side;
  /** The number of rows stored so far. */
  readonly rowsOf: (client: Client, table: string) => Promise<number>;
}

const partitions = 8;
const members = 997;
/** An SQLSTATE. */
const undefinedTable = '42P01';

/** The part of the messages after which the clocks start: programs are slow until they are warm. */
const warmUp = 0.2;

const pairs: readonly Pair[] = [
  {
    title: 'a module with an INSERT for each message, concurrency 8',
    messages: 20_000,
    plain: side('results', 'bench_result'),
    ordered: side('ordered_results', 'bench_ordered_result'),
    rowsOf: (client, table) => count(client, `select coalesce(max(id), 0)::int as rows from ${table}`),
  },
  {
    title: '`append`, batches of 500',
    messages: 100_000,
    plain: side('rows', 'bench_plain_row'),
    ordered: side('ordered_rows', 'bench_ordered_row'),
    rowsOf: (client, table) =>
      count(
        client,
        `select coalesce(max(position), 0)::int as rows from restmapper_head where name = '${table}'`,
      ),
  },
];

function side(worker: string, table: string): Side {
  return { worker, queue: `/${worker}/:POST`, table, isOrdered: worker.startsWith('ordered') };
}

/**
 * What does an order cost? The same worker stores messages from one queue, and from eight with an ordering key; they take
 * turns, each from a full queue in a fresh process, and the median round counts.
 */
export async function benchOrdered({ rounds = 5, ...servers }: OrderedBenchOptions): Promise<void> {
  await declareQueues(servers.amqpUrl, servers.file);
  const client = new Client(servers.databaseUrl);
  await client.connect();
  try {
    for (const pair of pairs) print(pair, await takeTurns(pair, rounds, { ...servers, client }));
  } finally {
    await client.end();
  }
}

type Rounds = Readonly<Record<'plain' | 'ordered', Figures[]>>;

async function takeTurns(pair: Pair, rounds: number, servers: Servers): Promise<Rounds> {
  const figures: Rounds = { plain: [], ordered: [] };
  for (let round = 0; round < rounds; round += 1) {
    const order = round % 2 === 0 ? (['plain', 'ordered'] as const) : (['ordered', 'plain'] as const);
    for (const which of order) figures[which].push(await measure(pair, pair[which], servers));
  }
  return figures;
}

interface Servers extends Omit<OrderedBenchOptions, 'rounds'> {
  readonly client: Client;
}

async function measure(
  pair: Pair,
  { worker, queue, table, isOrdered }: Side,
  servers: Servers,
): Promise<Figures> {
  const { messages, rowsOf } = pair;
  const { amqpUrl, databaseUrl: DATABASE_URL, file, client } = servers;
  await fill(amqpUrl, { queue, messages, isOrdered });
  await prepareTables(client);
  const before = await rowsOf(client, table);
  const env = { AMQP_URL: amqpUrl, DATABASE_URL };
  const { child } = await openRestmapper(['work', worker, '--file', file], env);
  try {
    return await measureRows(child, messages, async () => (await rowsOf(client, table)) - before);
  } finally {
    await stop(child);
  }
}

/** From the moment when the first messages are stored to that when all are. */
async function measureRows(
  child: ChildProcess,
  messages: number,
  rows: () => Promise<number>,
): Promise<Figures> {
  let first: { rows: number; atMs: number; cpuMs: number } | undefined;
  for (;;) {
    const stored = await rows();
    const [atMs, cpuMs] = [performance.now(), cpuMsOf(child)];
    if (stored >= warmUp * messages) first ??= { rows: stored, atMs, cpuMs };
    if (first && stored >= messages) {
      const measured = stored - first.rows;
      return {
        perSecond: (measured / (atMs - first.atMs)) * 1000,
        cpuMicros: ((cpuMs - first.cpuMs) * 1000) / measured,
      };
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The tables of the module; `append` creates its own. */
async function prepareTables(client: Client): Promise<void> {
  for (const table of ['bench_result', 'bench_ordered_result']) {
    await client.query(
      `create table if not exists ${table} (id bigint generated always as identity primary key, member text, number int)`,
    );
  }
}

/** 0 before the table is there. */
async function count(client: Client, text: string): Promise<number> {
  const { rows } = await client.query<{ rows: number }>(text).catch((error: unknown) => {
    if (error instanceof DatabaseError && error.code === undefinedTable) return { rows: [] };
    throw error;
  });
  return rows[0]?.rows ?? 0;
}

interface Filling {
  readonly queue: string;
  readonly messages: number;
  readonly isOrdered: boolean;
}

/** Publishes messages to the queues that a gateway's messages get to. */
async function fill(amqpUrl: string, { queue, messages, isOrdered }: Filling): Promise<void> {
  const connection = await connect(amqpUrl, { noDelay: true });
  const channel = await connection.createConfirmChannel();
  for (let number = 1; number <= messages; number += 1) {
    const member = `member-${number % members}`;
    const partition = partitionOf(JSON.stringify(member), partitions);
    const content = Buffer.from(JSON.stringify({ data: { member, number }, args: null }));
    const properties = { persistent: true, messageId: createMessageId(), contentType: 'application/json' };
    channel.sendToQueue(isOrdered ? `${queue}#${partition}` : queue, content, properties);
    if (number % 1000 === 0) await channel.waitForConfirms();
  }
  await channel.waitForConfirms();
  await connection.close();
}

/** The ratios are medians of the per-round ratios, because other load varies between rounds. */
function print({ title, messages }: Pair, figures: Rounds): void {
  const { plain, ordered } = figures;
  const ratioOf = (ratio: (ordered: Figures, plain: Figures) => number): number =>
    Number(median(ordered.map((each, round) => ratio(each, plain[round] ?? each))).toFixed(3));
  console.log(`\n${title}: ${messages * (1 - warmUp)} messages, ${ordered.length} rounds`);
  console.table({
    'without an order': middle(plain),
    'with an order, 8 partitions': middle(ordered),
    ratio: {
      perSecond: ratioOf((one, other) => one.perSecond / other.perSecond),
      cpuMicros: ratioOf((one, other) => other.cpuMicros / one.cpuMicros),
    },
  });
}

function middle(figures: readonly Figures[]): Figures {
  return {
    perSecond: Math.round(median(figures.map(({ perSecond }) => perSecond))),
    cpuMicros: Math.round(median(figures.map(({ cpuMicros }) => cpuMicros))),
  };
}
