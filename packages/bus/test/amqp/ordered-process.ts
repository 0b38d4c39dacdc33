import { appendFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { silentLog, type Topology } from '@restmapper/core';
import { openAmqpBus } from '../../src/amqp/amqp-bus.ts';

/** What a process of the test is told; see `ordered-processes.test.ts`. */
export interface OrderedProcess {
  readonly url: string;
  readonly topology: Topology;
  readonly queues: readonly string[];
  /** The file to which it appends what it does. */
  readonly file: string;
  /** How long each message takes. */
  readonly delayMs: number;
}

/** `{"member":"m1","number":5}` */
type Result = Record<'member' | 'number', string>;

process.once('message', (options: OrderedProcess) => {
  const { url, topology, queues, file, delayMs } = options;
  const bus = openAmqpBus({ urls: [url], topology, name: 'engine', log: silentLog });
  const read = (body: Uint8Array): Result => JSON.parse(Buffer.from(body).toString()) as Result;
  const write = (edge: string, result: Result): void =>
    appendFileSync(file, `${JSON.stringify({ pid: process.pid, edge, ...result })}\n`);
  const subscription = bus.consume(
    queues,
    (batch) =>
      Promise.all(
        batch.map(async ({ body }) => {
          write('begin', read(body));
          await sleep(delayMs);
          write('end', read(body));
          return { kind: 'ack' as const };
        }),
      ),
    { concurrency: 16, orderingKey: ({ body }) => read(body).member },
  );
  void subscription.ready.then(() => process.send?.('ready'));
  process.once('SIGTERM', () => void bus.close().then(() => process.disconnect()));
});
