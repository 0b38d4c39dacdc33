import { roomOf } from '../handlers/handlers.ts';
import { performance } from 'node:perf_hooks';
import {
  type Bus,
  type ConsumeOptions,
  type Delivery,
  type Outcome,
  type QueueSubscription,
  timingHeader,
} from '@restmapper/bus';
import { linkSignals, type Log, RequestError } from '@restmapper/core';
import { consumedQueuesOf, type Worker } from '@restmapper/endpoints';
import { Retry } from '../work/errors.ts';
import { isLate } from '../work/deadline.ts';
import { startProcessSpan } from './process-span.ts';
import { createOrderingKey } from '../work/ordering-key.ts';
import { outcomeOf } from '../work/outcome.ts';
import type { HandlerResult } from '../work/outcome.ts';
import type { Work } from '../work/work.ts';
import type { WorkerMetrics } from '../work/worker-metrics.ts';

export interface ConsumeParts {
  readonly bus: Bus;
  readonly work: Work;
  /** Aborts when running work must stop. */
  readonly ending: AbortSignal;
  readonly log: Log;
  readonly metrics: WorkerMetrics;
}

/** Makes a worker consume its queue, and converts the results of its work to outcomes. */
export function consume(
  worker: Worker,
  { bus, work, ending, log, metrics }: ConsumeParts,
): QueueSubscription {
  const { name, retries } = worker;
  const linkOnce = createLink(ending);

  const handleBatch = async (batch: readonly Delivery[], busEnding: AbortSignal) => {
    const startedMs = performance.now();
    const signal = linkOnce(busEnding);
    const span = startProcessSpan(worker, bus.system, batch);
    const results = await (span ? span.run(() => work(batch, signal)) : work(batch, signal)).catch(
      (error: unknown) => batch.map((): HandlerResult => ({ error })),
    );
    const messages = batch.map((delivery, index) => {
      const result = results[index] ?? { error: new Error(`worker ${name} returned no result`) };
      const outcome = outcomeOf(result, delivery, { retries });
      if ('error' in result) report(result.error, { outcome, delivery });
      const label = labelOf(outcome.kind, delivery);
      return { delivery, outcome, label, failure: failureOf(result, outcome) };
    });
    const tookMs = performance.now() - startedMs;
    metrics.batch(name, { outcomes: messages.map(({ label }) => label), seconds: tookMs / 1000 });
    span?.end(messages);
    return messages.map(({ outcome, delivery }) => withDuration(outcome, delivery, tookMs));
  };

  const report = (error: unknown, { outcome, delivery }: Failure) => {
    const { messageId, attempt } = delivery;
    const fields = { worker: name, messageId, attempt, outcome: outcome.kind };
    if (error instanceof Retry && outcome.kind === 'retry') {
      return log.debug({ ...fields, delayMs: error.delayMs, reason: error.message }, 'a message is retried');
    }
    // The log says that the database is down.
    if (isDefect(outcome) && !isAway(error)) log.error({ ...fields, err: error }, 'a message failed');
    else log.debug({ ...fields, err: error }, 'a message did not succeed');
  };

  return bus.consume(consumedBy(worker), handleBatch, toConsumeOptions(worker));
}

/** Its own queues, and the one of another application that it also consumes. */
function consumedBy(worker: Worker): readonly string[] {
  const own = consumedQueuesOf(worker);
  return worker.input?.queue === undefined ? own : [...own, worker.input.queue];
}

/** Links the signals of the bus, which are few, each once. */
function createLink(ending: AbortSignal): (busEnding: AbortSignal) => AbortSignal {
  const linked = new WeakMap<AbortSignal, AbortSignal>();
  return (busEnding) => {
    const known = linked.get(busEnding);
    if (known) return known;
    const { signal } = linkSignals([busEnding, ending]);
    linked.set(busEnding, signal);
    return signal;
  };
}

function toConsumeOptions(worker: Worker): ConsumeOptions {
  const { batchSize, batchWaitMs, concurrency, order } = worker;
  const options = roomOf(worker).consumeOptions?.(worker) ?? { batchSize, batchWaitMs, concurrency };
  if (!order) return options;
  // The same in all processes.
  const { prefetch: _own, ...others } = options;
  return { ...others, orderingKey: createOrderingKey(order) };
}

/** A request that finished too late is acked as well: its caller has left. */
function labelOf(kind: Outcome['kind'], delivery: Delivery): string {
  return kind === 'ack' && isLate(delivery) ? 'late' : kind;
}

/** Tells a caller that asked for it how long the work took, to a tenth of a millisecond. */
function withDuration(outcome: Outcome, { headers }: Delivery, tookMs: number): Outcome {
  if (outcome.kind !== 'reply' || headers[timingHeader] === undefined) return outcome;
  return { ...outcome, workerMs: Math.round(tookMs * 10) / 10 };
}

interface Failure {
  readonly outcome: Outcome;
  readonly delivery: Delivery;
}

function isAway(error: unknown): boolean {
  return error instanceof RequestError && error.code === 'DATABASE_AWAY';
}

/** The error if the operator should know of it. */
function failureOf(result: HandlerResult, outcome: Outcome): { readonly error: unknown } | undefined {
  if (!('error' in result) || !isDefect(outcome)) return undefined;
  return result.error instanceof Retry ? undefined : result;
}

/** Whether the operator should know, unlike a caller's mistake or a message returned on shutdown. */
function isDefect(outcome: Outcome): boolean {
  if (outcome.kind === 'reply') return (outcome.status ?? 200) >= 500;
  return outcome.kind === 'retry' || outcome.kind === 'reject';
}
