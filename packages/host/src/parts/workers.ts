import type { Bus } from '@restmapper/bus';
import {
  checkPlugins,
  checkWorkers,
  createWorkerMetrics,
  type Database,
  openWorkers,
  readMigrationFiles,
} from '@restmapper/workers';
import { usesDatabase } from '../process/database-use.ts';
import type { Service } from '../process/service.ts';
import { registerShareMetrics } from '../process/share-metrics.ts';
import type { Part } from './part.ts';

/**
 * Validates the workers that run here, before anything is opened for them.
 *
 * @throws ConfigError when the file has no such worker, or its module is invalid.
 */
export async function checkWorkersOf({ model, workers: names }: Service): Promise<void> {
  await checkWorkers({ model, ...(names && { names }) });
  await checkPlugins(model, names);
  if (model.migrations) await readMigrationFiles(model.migrations.directory);
}

export interface WorkersOptions {
  readonly bus: Bus;
  readonly db: Database;
}

/**
 * Starts workers; migrates the database first.
 *
 * @throws ConfigError when the file has no such worker, or its module is invalid.
 */
export async function startWorkers(service: Service, { bus, db }: WorkersOptions): Promise<Part> {
  const { model, workers: names, log, registry, readiness, closers } = service;
  const metrics = createWorkerMetrics(registry);
  const workers = await openWorkers({ model, bus, db, log, metrics, ...(names && { names }) });
  const showDatabase = (): void => {
    if (usesDatabase(service)) readiness.add('database', () => workers.paused);
  };
  showDatabase();
  service.reportShares(() => workers.shares);
  registerShareMetrics(registry, () => workers.shares);
  // Another process may be stopped as soon as this one is ready: requests would find no worker.
  readiness.addStart(() => {
    const { starting } = workers;
    return starting.length > 0 ? `not consuming yet: ${starting.join(', ')}` : undefined;
  });
  closers.add('workers', workers, (workers, timeoutMs) => workers.close({ timeoutMs }));
  return {
    async prepare({ model }) {
      const next = await workers.prepare(model);
      return {
        ...next,
        retire: async (timeoutMs) => {
          // The model is now in force.
          showDatabase();
          await next.retire({ timeoutMs });
        },
      };
    },
  };
}
