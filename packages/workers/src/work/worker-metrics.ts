import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

/** The metrics of a process's workers. */
export interface WorkerMetrics {
  /** A batch was processed, with one outcome kind per message. */
  batch(worker: string, facts: BatchFacts): void;
  /** Rows were committed. */
  stored(worker: string, rows: number): void;
  /** Work was paused because of the database or a table, or resumed. */
  paused(isPaused: boolean): void;
}

export interface BatchFacts {
  readonly outcomes: readonly string[];
  readonly seconds: number;
}

export const noWorkerMetrics: WorkerMetrics = { batch() {}, stored() {}, paused() {} };

/** Registers `restmapper_worker_…`; see docs/workers.md. */
export function createWorkerMetrics(registry: Registry): WorkerMetrics {
  const common = { labelNames: ['worker'] as const, registers: [registry] };
  const messages = new Counter({
    ...common,
    name: 'restmapper_worker_messages_total',
    help: 'Messages settled, by outcome',
    labelNames: ['worker', 'outcome'] as const,
  });
  const seconds = new Histogram({
    ...common,
    name: 'restmapper_worker_batch_seconds',
    help: 'Time from taking a batch to its outcomes, waiting for the database included',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60],
  });
  const sizes = new Histogram({
    ...common,
    name: 'restmapper_worker_batch_messages',
    help: 'Messages in a batch',
    buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500, 1000],
  });
  const rows = new Counter({ ...common, name: 'restmapper_worker_rows_total', help: 'Rows stored' });
  const paused = new Gauge({
    name: 'restmapper_worker_paused',
    help: '1 while work is paused because of the database or a table',
    registers: [registry],
  });
  return {
    batch(worker, { outcomes, seconds: elapsed }) {
      for (const [outcome, count] of countEach(outcomes)) messages.inc({ worker, outcome }, count);
      seconds.observe({ worker }, elapsed);
      sizes.observe({ worker }, outcomes.length);
    },
    stored: (worker, count) => rows.inc({ worker }, count),
    paused: (isPaused) => paused.set(isPaused ? 1 : 0),
  };
}

function countEach(values: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
