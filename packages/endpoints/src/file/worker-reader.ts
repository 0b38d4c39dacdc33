import type { WorkerSource } from './worker-source.ts';
import { readDuration } from '../yaml/amounts.ts';
import type { EndpointDelivery, Once, Source, Worker } from '../model/model.ts';
import type { Use } from '../model/use.ts';
import { deliveries, isAnswered, kindsThat } from '../deliveries/deliveries.ts';
import { findHandler, handlerOf, handlers } from '../handlers/handlers.ts';
import { queueNameFault } from '../model/names.ts';
import { namesOf } from '../yaml/name-list.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import { readDatabase } from './database-reader.ts';
import { readQueueParts } from './order-reader.ts';
import { readUse } from './use-reader.ts';

/** Completes a worker with every default; reports and returns undefined if a required key is missing. */
export function readWorker(source: WorkerSource, report: Report): Worker | undefined {
  const { name, raw, endpoint } = source;
  const use = readUse(source, report);
  const batch = readBatch(source, report);
  checkQueue(source, report);
  const once = readOnce(source, report);
  const database = readDatabase(source, report);
  if (!use || !endpoint) return undefined;
  const queue = queueOf(endpoint, source);
  const concurrency = raw.concurrency ?? defaultConcurrency(use, endpoint.delivery);
  checkUnsettled(concurrency * batch.batchSize, source, report);
  return {
    name,
    on: endpoint.key,
    delivery: endpoint.delivery.kind,
    use,
    queue,
    ...readQueueParts(source, queue, report),
    ...inputOf(endpoint),
    retries: raw.retries ?? 10,
    once,
    ...database,
    concurrency,
    ...batch,
  };
}

/** A queue belongs to one source. */
function queueOf({ delivery, exchange }: Source, { raw, isOneOfSeveral }: WorkerSource): string {
  if (raw.queue === undefined || isAnswered(delivery)) return exchange;
  return isOneOfSeveral ? `${raw.queue}:${exchange}` : raw.queue;
}

function inputOf({ origin }: Source): Pick<Worker, 'input'> {
  return origin ? { input: origin.queue === undefined ? {} : { queue: origin.queue } } : {};
}

/** The handler with batches, for errors. */
const batched = Object.values(handlers).find(({ isBatched }) => isBatched)?.key;

function readBatch(
  { raw, pointer }: WorkerSource,
  report: Report,
): { batchSize: number; batchWaitMs: number } {
  const batchPointer = extendPointer(pointer, 'batch');
  if (!findHandler(raw.use)?.isBatched) {
    if (raw.batch) report.atKey(batchPointer, `\`batch\` only fits \`${batched}\``);
    return { batchSize: 1, batchWaitMs: 0 };
  }
  const batchWaitMs = readDuration(
    {
      text: raw.batch?.wait,
      absent: '10ms',
      least: '0ms',
      most: '10s',
      pointer: extendPointer(batchPointer, 'wait'),
    },
    report,
  );
  return { batchSize: raw.batch?.size ?? 500, batchWaitMs };
}

/** The handlers that can run once, for errors. */
const runningOnce = Object.values(handlers)
  .filter(({ mayRunOnce }) => mayRunOnce)
  .map(({ key }) => key);

/** A message may be redelivered long after it was processed: by an interrupted replay of dead letters. */
const leastKeepMs = 7 * 24 * 3600 * 1000;

function readOnce(source: WorkerSource, report: Report): Once | undefined {
  const { name, raw, pointer, endpoint, isOneOfSeveral } = source;
  const idempotency = endpoint?.idempotency;
  const handler = findHandler(raw.use);
  if (handler && !handler.mayRunOnce) {
    if (raw.once !== undefined) {
      report.atKey(extendPointer(pointer, 'once'), `\`once\` only fits ${namesOf(runningOnce)} and modules`);
    }
    if (idempotency && !handler.isIdempotent) {
      report.atValue(
        extendPointer(pointer, 'use'),
        `\`${handler.key}\` keeps no answers, as the \`idempotency\` of \`${endpoint.key}\` needs`,
      );
    }
    return undefined;
  }
  if (raw.once === false && idempotency) {
    report.atValue(
      extendPointer(pointer, 'once'),
      `the \`idempotency\` of \`${endpoint.key}\` needs \`once\``,
    );
  }
  if (!endpoint || (!raw.once && !idempotency)) return undefined;
  const inbox = isOneOfSeveral ? { inbox: `${name} ${endpoint.key}` } : {};
  if (idempotency && isAnswered(endpoint.delivery)) return { keepMs: idempotency.keepMs, ...inbox };
  return { keepMs: Math.max(leastKeepMs, idempotency?.keepMs ?? 0), ...inbox };
}

function checkQueue(source: WorkerSource, report: Report): void {
  const { raw, pointer, endpoint } = source;
  if (raw.queue === undefined) return;
  const queuePointer = extendPointer(pointer, 'queue');
  const fault = queueNameFault(raw.queue) ?? (endpoint && queueNameFault(queueOf(endpoint, source)));
  if (fault !== undefined) report.atValue(queuePointer, `\`queue\` ${fault}`);
  const taken = endpoint?.origin?.queue;
  if (taken !== undefined)
    report.atKey(queuePointer, `the messages of \`${endpoint?.key}\` come from the queue \`${taken}\``);
  if (!endpoint || !isAnswered(endpoint.delivery)) return;
  report.atKey(
    queuePointer,
    `\`queue\` only fits ${namesOf(kindsThat({ areAnswered: false }))}; the requests of \`${endpoint.key}\` have one queue`,
  );
}

function defaultConcurrency(use: Use, { kind }: EndpointDelivery): number {
  return handlerOf(use)?.concurrency ?? deliveries[kind].defaultConcurrency;
}

/** A consumer holds three times as many messages, and AMQP limits the prefetch to 65,535. */
const maxUnsettled = 20_000;

function checkUnsettled(count: number, { pointer }: WorkerSource, report: Report): void {
  if (count <= maxUnsettled) return;
  report.atKey(pointer, `\`concurrency\` times \`batch.size\` must be at most ${maxUnsettled}, not ${count}`);
}
