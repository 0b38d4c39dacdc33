import { Gauge, type Registry } from 'prom-client';
import type { PartitionShare } from './process-status.ts';

/** Exports how many partitions of each worker that keeps an order a process has, as of each scrape. */
export function registerShareMetrics(
  registry: Registry,
  read: () => ReadonlyMap<string, PartitionShare>,
): void {
  const gauge: Gauge = new Gauge({
    name: 'restmapper_worker_partitions',
    help: 'Partitions of a worker that keeps an order whose messages this process gets',
    labelNames: ['worker'],
    registers: [registry],
    collect() {
      gauge.reset();
      for (const [worker, { active }] of read()) gauge.set({ worker }, active);
    },
  });
}
