import type { WorkerSource } from './worker-source.ts';
import { readDuration } from './amounts.ts';
import type { Delivery, Once, Use, Worker } from '../model/model.ts';
import { queueNameFault } from '../model/names.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { Report } from '../yaml/report.ts';
import { readUse } from './use-reader.ts';

/** Completes a worker with every default; undefined when what it needs is missing, which is reported. */
export function readWorker(source: WorkerSource, report: Report): Worker | undefined {
  const { name, raw, endpoint } = source;
  const use = readUse(source, report);
  const batch = readBatch(source, report);
  checkQueue(source, report);
  const once = readOnce(source, report);
  if (!use || !endpoint) return undefined;
  const concurrency = raw.concurrency ?? defaultConcurrency(use, endpoint.delivery);
  checkUnsettled(concurrency * batch.batchSize, source, report);
  return {
    name,
    on: endpoint.key,
    delivery: endpoint.delivery.kind,
    use,
    queue: endpoint.delivery.kind === 'rpc' ? endpoint.exchange : (raw.queue ?? endpoint.exchange),
    retries: raw.retries ?? 10,
    once,
    concurrency,
    ...batch,
  };
}

function readBatch(
  { raw, pointer }: WorkerSource,
  report: Report,
): { batchSize: number; batchWaitMs: number } {
  const batchPointer = extendPointer(pointer, 'batch');
  if (raw.use !== 'append') {
    if (raw.batch) report.atKey(batchPointer, '`batch` only fits `append`');
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

/** A message may come again long after it was done: from the dead letters, when a replay was interrupted. */
const leastKeepMs = 7 * 24 * 3600 * 1000;

function readOnce({ raw, pointer, endpoint }: WorkerSource, report: Report): Once | undefined {
  const idempotency = endpoint?.idempotency;
  if (raw.use === 'append' || raw.use === 'page') {
    if (raw.once !== undefined) report.atKey(extendPointer(pointer, 'once'), '`once` only fits a module');
    if (idempotency && raw.use === 'page') {
      report.atValue(
        extendPointer(pointer, 'use'),
        `\`page\` keeps no answers, as the \`idempotency\` of \`${endpoint.key}\` needs`,
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
  if (!raw.once && !idempotency) return undefined;
  if (idempotency && endpoint.delivery.kind === 'rpc') return { keepMs: idempotency.keepMs };
  return { keepMs: Math.max(leastKeepMs, idempotency?.keepMs ?? 0) };
}

function checkQueue({ raw, pointer, endpoint }: WorkerSource, report: Report): void {
  if (raw.queue === undefined) return;
  const queuePointer = extendPointer(pointer, 'queue');
  const fault = queueNameFault(raw.queue);
  if (fault !== undefined) report.atValue(queuePointer, `\`queue\` ${fault}`);
  if (endpoint?.delivery.kind !== 'rpc') return;
  report.atKey(
    queuePointer,
    `\`queue\` only fits \`fanout\`; the requests of \`${endpoint.key}\` have one queue`,
  );
}

function defaultConcurrency({ kind }: Use, delivery: Delivery): number {
  if (kind === 'append') return 1;
  return delivery.kind === 'rpc' ? 16 : 8;
}

/** A consumer holds three times as many messages, and AMQP counts at most 65,535 of them. */
const maxUnsettled = 20_000;

function checkUnsettled(count: number, { pointer }: WorkerSource, report: Report): void {
  if (count <= maxUnsettled) return;
  report.atKey(pointer, `\`concurrency\` times \`batch.size\` must be at most ${maxUnsettled}, not ${count}`);
}
