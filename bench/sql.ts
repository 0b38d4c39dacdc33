import { createMessageId } from '@restmapper/core';
import { type Channel, connect } from 'amqplib';
import { Client } from 'pg';
import { cpuMsOf, openRestmapper, openScript, stop } from './children.ts';
import { declareQueues } from './declare.ts';
import { type Contestant, median } from './workload.ts';

export interface SqlBenchOptions {
  readonly amqpUrl: string;
  readonly databaseUrl: string;
  readonly file: string;
  readonly rounds?: number;
  readonly requests?: number;
}

interface Figures {
  readonly perSecond: number;
  /** Of the worker's process, in microseconds for each request. */
  readonly cpuMicros: number;
}

const rows = 10_000;
const inFlight = 64;
/** Requests before the clocks start: programs are slow until they are warm. */
const warmUp = 3_000;

const queues: Readonly<Record<Contestant, string>> = {
  restmapper: '/rows/{id}:GET',
  hand: 'hand-written:rows',
};

/**
 * How many requests per second does a worker with `sql` answer, and at which cost, compared with an amqplib consumer
 * that runs the same prepared query with `pg`? The contestants take turns; the median round counts.
 */
export async function benchSql({
  amqpUrl,
  databaseUrl,
  file,
  rounds = 7,
  requests = 20_000,
}: SqlBenchOptions): Promise<void> {
  await declareQueues(amqpUrl, file);
  await fillTable(databaseUrl);
  const env = { AMQP_URL: amqpUrl, DATABASE_URL: databaseUrl };
  const theirs = await openScript('hand-written-sql.ts', { ...env, QUEUE: queues.hand });
  const ours = await openRestmapper(['work', 'row', '--file', file], env);
  const children = { restmapper: ours.child, hand: theirs.child };
  try {
    const figures = { restmapper: [] as Figures[], hand: [] as Figures[] };
    for (let round = 0; round < rounds; round += 1) {
      const order = round % 2 === 0 ? (['restmapper', 'hand'] as const) : (['hand', 'restmapper'] as const);
      for (const each of order) {
        const cpuMs = (): number => cpuMsOf(children[each]);
        figures[each].push(await measure({ amqpUrl, queue: queues[each], requests, cpuMs }));
      }
    }
    print(figures, requests);
  } finally {
    await Promise.all([stop(ours.child), stop(theirs.child)]);
  }
}

async function fillTable(databaseUrl: string): Promise<void> {
  const client = new Client(databaseUrl);
  await client.connect();
  await client.query('drop table if exists bench_row');
  await client.query(
    'create table bench_row (id bigint primary key, name text not null, price numeric not null)',
  );
  await client.query(
    `insert into bench_row select n, 'a name of ordinary length', n / 100.0 from generate_series(1, ${rows}) as n`,
  );
  await client.query('analyze bench_row');
  await client.end();
}

interface MeasureOptions {
  readonly amqpUrl: string;
  readonly queue: string;
  readonly requests: number;
  readonly cpuMs: () => number;
}

async function measure({ amqpUrl, queue, requests, cpuMs }: MeasureOptions): Promise<Figures> {
  const connection = await connect(amqpUrl, { noDelay: true });
  const channel = await connection.createChannel();
  const { queue: replyTo } = await channel.assertQueue('', { exclusive: true });
  // As a gateway does.
  await channel.bindQueue(replyTo, 'RPC', replyTo);
  const total = warmUp + requests;
  let [sent, answered, startMs, startCpuMs] = [0, 0, 0, 0];
  const send = (): void => {
    sent += 1;
    request(channel, { queue, replyTo, id: (sent % rows) + 1 });
  };
  await new Promise<void>((resolve, reject) => {
    const onReply = (content: string): void => {
      if (!content.includes('"name"')) reject(new Error(content));
      answered += 1;
      if (answered === warmUp) [startMs, startCpuMs] = [performance.now(), cpuMs()];
      if (answered === total) resolve();
      if (sent < total) send();
    };
    channel
      .consume(replyTo, (reply) => reply && onReply(String(reply.content)), { noAck: true })
      .catch(reject);
    for (let each = 0; each < inFlight; each += 1) send();
  });
  const perSecond = requests / ((performance.now() - startMs) / 1000);
  const cpuMicros = ((cpuMs() - startCpuMs) * 1000) / requests;
  await channel.close();
  await connection.close();
  return { perSecond, cpuMicros };
}

/** The request that a gateway sends. */
function request(
  channel: Channel,
  { queue, replyTo, id }: { readonly queue: string; readonly replyTo: string; readonly id: number },
): void {
  channel.sendToQueue(queue, Buffer.from(`{"data":null,"args":{},"params":{"id":"${id}"}}`), {
    replyTo,
    correlationId: String(id),
    messageId: createMessageId(),
    type: 'GET /rows/{id}',
    contentType: 'application/json',
    expiration: 10_000,
    headers: { 'x-deadline': Date.now() + 10_000, 'x-remaining-ms': 10_000 },
  });
}

/** The ratios are medians of the per-round ratios, because other load varies between rounds. */
function print(figures: Readonly<Record<Contestant, readonly Figures[]>>, requests: number): void {
  const { restmapper, hand } = figures;
  const ratioOf = (ratio: (ours: Figures, theirs: Figures) => number): number =>
    Number(median(restmapper.map((ours, round) => ratio(ours, hand[round] ?? ours))).toFixed(3));
  console.log(
    `\nrows by id, ${requests} requests after ${warmUp}, ${inFlight} in flight, ${hand.length} rounds`,
  );
  console.table({
    'restmapper work, sql': middle(restmapper),
    'hand-written amqplib + pg': middle(hand),
    ratio: {
      perSecond: ratioOf((ours, theirs) => ours.perSecond / theirs.perSecond),
      cpuMicros: ratioOf((ours, theirs) => theirs.cpuMicros / ours.cpuMicros),
    },
  });
}

function middle(figures: readonly Figures[]): Figures {
  return {
    perSecond: Math.round(median(figures.map(({ perSecond }) => perSecond))),
    cpuMicros: Math.round(median(figures.map(({ cpuMicros }) => cpuMicros))),
  };
}
