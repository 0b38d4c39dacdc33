import { createMessageId } from '@restmapper/core';
import { connect } from 'amqplib';
import type { Options as AmqpOptions } from 'amqplib';
import { Client } from 'pg';
import { openRestmapper, stop } from './children.ts';
import { declareQueues } from './declare.ts';
import { body, median } from './workload.ts';

export interface StoreBenchOptions {
  readonly amqpUrl: string;
  readonly databaseUrl: string;
  readonly file: string;
  readonly messages?: number;
  readonly rounds?: number;
}

const queue = '/events/:POST';
const table = 'bench_event';
const batch = 500;

/** The clocks start after this many messages: programs are slow until they are warm. */
const warmUp = 20_000;

/**
 * How many messages per second go from a queue into PostgreSQL, compared with the two raw parts of that path:
 * an amqplib consumer that only acknowledges, and a batch insert of rows that are already in memory?
 */
export async function benchStore({
  amqpUrl,
  databaseUrl,
  file,
  messages = 120_000,
  rounds = 3,
}: StoreBenchOptions): Promise<void> {
  await declareQueues(amqpUrl, file);
  const options = { amqpUrl, databaseUrl, file, messages, rounds };
  const figures = { ours: [] as number[], consume: [] as number[], insert: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    figures.ours.push(await measureRestmapper(options));
    figures.consume.push(await measureConsumer(options));
    figures.insert.push(await measureInsert(options));
  }
  const [ours, consume, insert] = [median(figures.ours), median(figures.consume), median(figures.insert)];
  console.log(`\nqueue to PostgreSQL, ${messages - warmUp} messages after ${warmUp}, batches of ${batch}`);
  console.table({
    'restmapper work, append': { perSecond: Math.round(ours) },
    'raw amqplib consumer': { perSecond: Math.round(consume) },
    'raw batch insert': { perSecond: Math.round(insert) },
    'ratio to the slower raw part': { perSecond: Number((ours / Math.min(consume, insert)).toFixed(3)) },
  });
}

type Options = Required<StoreBenchOptions>;

async function measureRestmapper({ amqpUrl, databaseUrl, file, messages }: Options): Promise<number> {
  await fill(amqpUrl, messages);
  const client = new Client(databaseUrl);
  await client.connect();
  const worker = openRestmapper(['work', 'events', '--file', file], {
    AMQP_URL: amqpUrl,
    DATABASE_URL: databaseUrl,
  });
  try {
    let first: { rows: number; at: number } | undefined;
    for (;;) {
      const rows = await countRows(client);
      if (rows >= warmUp) first ??= { rows, at: performance.now() };
      if (first && rows >= messages) {
        return ((rows - first.rows) / (performance.now() - first.at)) * 1000;
      }
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  } finally {
    await stop((await worker).child);
    await client.query(`drop table if exists ${table}`);
    await client.query('delete from restmapper_head where name = $1', [table]);
    await client.end();
  }
}

async function countRows(client: Client): Promise<number> {
  const { rows } = await client.query<{ exists: boolean }>('select to_regclass($1) is not null as exists', [
    table,
  ]);
  if (!rows[0]?.exists) return 0;
  const count = await client.query<{ rows: number }>(
    `select coalesce(max(id), 0)::int as rows from ${table}`,
  );
  return count.rows[0]?.rows ?? 0;
}

/** Publishes the messages to the worker's queue, and to no other. */
async function fill(amqpUrl: string, messages: number): Promise<void> {
  const connection = await connect(amqpUrl, { noDelay: true });
  const channel = await connection.createConfirmChannel();
  await channel.purgeQueue(queue);
  const content = Buffer.from(`{"data":${body},"args":null}`);
  for (let i = 0; i < messages; i += 1) {
    channel.sendToQueue(queue, content, properties());
    if (i % 1000 === 999) await channel.waitForConfirms();
  }
  await channel.waitForConfirms();
  await channel.close();
  await connection.close();
}

/** The properties that a gateway sets. */
function properties(): AmqpOptions.Publish {
  return {
    persistent: true,
    messageId: createMessageId(),
    type: 'POST /events/',
    timestamp: Math.floor(Date.now() / 1000),
    contentType: 'application/json',
    headers: {
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
      'x-request-id': createMessageId(),
    },
  };
}

async function measureConsumer({ amqpUrl, messages }: Options): Promise<number> {
  await fill(amqpUrl, messages);
  const connection = await connect(amqpUrl, { noDelay: true });
  const channel = await connection.createChannel();
  await channel.prefetch(3 * batch);
  const perSecond = await new Promise<number>((resolve, reject) => {
    let seen = 0;
    let start = 0;
    channel
      .consume(queue, (message) => {
        if (!message) return;
        seen += 1;
        if (seen === warmUp) start = performance.now();
        if (seen % batch === 0 || seen === messages) channel.ack(message, true);
        if (seen === messages) resolve(((messages - warmUp) / (performance.now() - start)) * 1000);
      })
      .catch(reject);
  });
  await channel.close();
  await connection.close();
  return perSecond;
}

/** One connection, the columns of a stored message, one statement per batch, which ignores duplicates. */
async function measureInsert({ databaseUrl, messages }: Options): Promise<number> {
  const client = new Client(databaseUrl);
  await client.connect();
  await client.query(
    'create table bench_raw (id bigint generated always as identity primary key, message_id uuid unique not null,' +
      ' inserted timestamptz not null default now(), message jsonb not null)',
  );
  const bodies = Array.from({ length: batch }, () => body);
  let start = 0;
  for (let i = 0; i < messages; i += batch) {
    if (i === warmUp) start = performance.now();
    const ids = bodies.map(() => createMessageId());
    await client.query({
      name: 'insert',
      text:
        'insert into bench_raw (message_id, message) select * from unnest($1::uuid[], $2::jsonb[])' +
        ' on conflict (message_id) do nothing',
      values: [ids, bodies],
    });
  }
  const elapsedMs = performance.now() - start;
  await client.query('drop table bench_raw');
  await client.end();
  return ((messages - warmUp) / elapsedMs) * 1000;
}
