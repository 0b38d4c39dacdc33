import { silentLog } from '@restmapper/bus';
import type { Bus, CloseOptions, Log, Subscription } from '@restmapper/bus';
import { ConfigError } from '@restmapper/endpoints';
import type { Model, Worker } from '@restmapper/endpoints';
import type { Database } from '../database.ts';
import { DatabaseError } from '../errors.ts';
import type { LoadModule } from '../handlers/load-handler.ts';
import { settlesWithin } from './abort.ts';
import { consume } from './consume.ts';
import { createWork } from './create-work.ts';
import { DatabaseGate } from './database-gate.ts';
import { createPrepare } from './prepare.ts';
import { noWorkerMetrics } from './worker-metrics.ts';
import type { WorkerMetrics } from './worker-metrics.ts';

export interface WorkersOptions {
  readonly model: Model;
  readonly bus: Bus;
  readonly db: Database;
  /** The workers to run. @default all of the model */
  readonly names?: readonly string[];
  /** @default silentLog */
  readonly log?: Log;
  readonly metrics?: WorkerMetrics;
  /** How a handler's module is loaded. @default import */
  readonly loadModule?: LoadModule;
}

/** The workers of one process. */
export interface Workers {
  /** Resolves when each consumes its queue. Ignoring it is safe. */
  readonly ready: Promise<void>;
  /** Why work is held back; `undefined` while it is not. */
  readonly paused: string | undefined;
  /**
   * Takes no more messages and waits for what is in work; what is not done in time, or waits for
   * the database, goes back to its queue.
   */
  close(options?: CloseOptions): Promise<void>;
}

/** The part of the time for closing after which work is given up; the rest is for handing it back. */
const patience = 0.8;

/**
 * Runs the workers of a model: brings the database up to date and consumes their queues.
 *
 * The database may be away: then messages wait in their queues until it answers.
 * @throws ConfigError when a worker, its module or a migration is not as it must be.
 */
export async function openWorkers({
  model,
  bus,
  db,
  names,
  log = silentLog,
  metrics = noWorkerMetrics,
  loadModule,
}: WorkersOptions): Promise<Workers> {
  const workers = chooseWorkers(model, names);
  const prepare = createPrepare(workers, db, log);
  const gate = new DatabaseGate({ probe: prepare, log, onChange: (isPaused) => metrics.paused(isPaused) });
  const parts = { model, bus, db, gate, log, metrics, loadModule };
  const jobs = await Promise.all(
    workers.map(async (worker) => ({ worker, work: await createWork(worker, parts) })),
  );

  await prepare().catch((error: unknown) => {
    if (!(error instanceof DatabaseError)) throw error;
    gate.shut(error);
  });

  const ending = new AbortController();
  const subscriptions = jobs.map(({ worker, work }) =>
    consume(worker, { bus, work, ending: ending.signal, log, metrics }),
  );
  return {
    ready: allReady(subscriptions),
    get paused() {
      return gate.reason;
    },
    async close({ timeoutMs = 10_000 } = {}) {
      gate.close();
      const closed = Promise.all(subscriptions.map((subscription) => subscription.close()));
      if (await settlesWithin(closed, timeoutMs * patience)) return;
      ending.abort();
      await settlesWithin(closed, timeoutMs * (1 - patience));
    },
  };
}

/** @throws ConfigError when the file has no worker of a given name. */
function chooseWorkers(model: Model, names: readonly string[] | undefined): readonly Worker[] {
  if (!names) return model.workers;
  const unknown = names.filter((name) => !model.workers.some((worker) => worker.name === name));
  if (unknown.length > 0) {
    const known = model.workers.map(({ name }) => name).join(', ');
    throw new ConfigError(`no such worker: ${unknown.join(', ')}; the file has ${known}`);
  }
  return model.workers.filter(({ name }) => names.includes(name));
}

async function waitForAll(subscriptions: readonly Subscription[]): Promise<void> {
  await Promise.all(subscriptions.map(({ ready }) => ready));
}

function allReady(subscriptions: readonly Subscription[]): Promise<void> {
  const ready = waitForAll(subscriptions);
  ready.catch(() => undefined);
  return ready;
}
