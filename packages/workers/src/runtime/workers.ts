import { isAnswered } from '@restmapper/endpoints';
import { type Log, settlesWithin, silentLog } from '@restmapper/core';
import type { Bus, CloseOptions, Subscription } from '@restmapper/bus';
import type { Model, Worker } from '@restmapper/endpoints';
import type { Database } from '../database/database.ts';
import { DatabaseError } from '../database/database-error.ts';
import type { LoadModule, WorkParts } from '../work/handler-room.ts';
import { withFields } from '../work/log-fields.ts';
import { chooseWorkers } from './choose-workers.ts';
import { consume } from './consume.ts';
import { roomOf } from '../handlers/handlers.ts';
import { DatabaseGate, isLoss } from '../work/database-gate.ts';
import { Intermission } from './intermission.ts';
import { probeDatabase } from '../database/probe-database.ts';
import type { Work } from '../work/work.ts';
import { WorkerGate } from '../work/worker-gate.ts';
import { noWorkerMetrics } from '../work/worker-metrics.ts';
import type { WorkerMetrics } from '../work/worker-metrics.ts';

export interface WorkersOptions {
  readonly model: Model;
  readonly bus: Bus;
  readonly db: Database;
  /** The workers to run. @default all of the model */
  readonly names?: readonly string[];
  /** @default silentLog */
  readonly log?: Log;
  readonly metrics?: WorkerMetrics;
  /** Loads a handler's module. @default import */
  readonly loadModule?: LoadModule;
}

/** The workers of one process. */
export interface Workers {
  /** Resolves when all workers consume their queues. Ignoring it is safe. */
  readonly ready: Promise<void>;
  /** Why work is paused or keeps failing; `undefined` while everything works. */
  readonly paused: string | undefined;
  /**
   * Stops consuming and waits for running work; messages not finished in time, or waiting for the database,
   * return to their queue.
   */
  close(options?: CloseOptions): Promise<void>;
}

/** The fraction of the closing time after which work is aborted; the rest is for returning its messages. */
const patience = 0.8;

/**
 * Runs the workers of a model: migrates the database and consumes their queues.
 *
 * The database may be down: then messages wait in their queues until it responds.
 *
 * ```ts
 * import { openMemoryBus } from '@restmapper/bus';
 * import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
 * import { openPostgres, openWorkers } from '@restmapper/workers';
 *
 * const text = `
 * endpoints: { POST /orders: { fanout: true, body: { type: object } } }
 * workers: { store: { on: POST /orders, use: append, table: orders } }
 * `;
 * const model = parseEndpoints(text, { file: 'endpoints.yaml', directory: '.' });
 * const bus = openMemoryBus({ topology: topologyOf(model) });
 * const db = openPostgres({ url: 'postgres://postgres@127.0.0.1:5432/postgres' });
 * const workers = await openWorkers({ model, bus, db });
 * await workers.ready;
 * console.log(workers.paused); // undefined
 * await workers.close();
 * await bus.close();
 * await db.close();
 * ```
 * @throws ConfigError if a worker, its module or a migration is invalid.
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
  const parts = { model, bus, db, log, metrics, loadModule };
  const intermissions: Intermission[] = [];
  const onGate = (): void => {
    for (const intermission of intermissions) intermission.update();
  };
  const { jobs, database } = await openJobs(chooseWorkers(model, names), { ...parts, onGate });

  const ending = new AbortController();
  const subscriptions = jobs.map(({ worker, gate, work }) => {
    const subscription = consume(worker, { bus, work, ending: ending.signal, log, metrics });
    // Requests are held until their deadline: the database may be back in time.
    if (!isAnswered({ kind: worker.delivery })) intermissions.push(new Intermission(subscription, gate));
    return subscription;
  });
  return {
    ready: allReady(subscriptions),
    get paused() {
      return database.reason ?? reasonsOf(jobs);
    },
    async close({ timeoutMs = 10_000 } = {}) {
      for (const intermission of intermissions) intermission.end();
      database.close();
      for (const { gate } of jobs) gate.close();
      const closed = Promise.all(subscriptions.map((subscription) => subscription.close()));
      if (await settlesWithin(closed, timeoutMs * patience)) return;
      ending.abort();
      await settlesWithin(closed, timeoutMs * (1 - patience));
    },
  };
}

interface JobParts extends Omit<WorkParts, 'gate'> {
  /** Called when a gate has closed or opened. */
  readonly onGate: () => void;
}

interface Jobs {
  readonly jobs: readonly Job[];
  readonly database: DatabaseGate;
}

/** Opens each worker's handler, and prepares the database. @throws ConfigError */
async function openJobs(workers: readonly Worker[], parts: JobParts): Promise<Jobs> {
  const { db, log, metrics, onGate } = parts;
  const report = (): void => {
    metrics.paused(database.reason !== undefined || jobs.some(({ gate }) => gate.isShut));
    onGate();
  };
  const unprepared = new Set<Job>();
  const probe = async (cause?: unknown): Promise<void> => {
    await probeDatabase(db, cause);
    await prepareAll(unprepared);
  };
  const database = new DatabaseGate({ probe, log, onChange: () => report() });
  const jobs = await Promise.all(
    workers.map((worker) => createJob(worker, parts, { database, onChange: () => report() })),
  );
  for (const job of jobs) unprepared.add(job);
  try {
    await probe();
  } catch (error) {
    if (!(error instanceof DatabaseError)) throw error;
    database.shut(error);
  }
  return { jobs, database };
}

/** A worker with its work and its gate. */
interface Job {
  readonly worker: Worker;
  readonly gate: WorkerGate;
  readonly prepare: () => Promise<void>;
  readonly work: Work;
}

/** @throws ConfigError if the worker's module does not load, or its table's name is not allowed. */
async function createJob(
  worker: Worker,
  parts: JobParts,
  { database, onChange }: { readonly database: DatabaseGate; readonly onChange: () => void },
): Promise<Job> {
  const { db, log } = parts;
  const room = roomOf(worker);
  const prepare = (): Promise<void> => room.prepare(worker, db, log);
  const named = withFields(log, { worker: worker.name });
  const gate = new WorkerGate({ database, prepare, log: named, onChange });
  return { worker, gate, prepare, work: await room.open(worker, { ...parts, gate }) };
}

/**
 * Prepares each worker once, and pauses those for which it fails. @throws ConfigError, and DatabaseError
 * `away`
 */
async function prepareAll(unprepared: Set<Job>): Promise<void> {
  for (const job of unprepared) {
    await job.prepare().catch((error: unknown) => {
      if (!(error instanceof DatabaseError) || isLoss(error)) throw error;
      job.gate.hold(error);
    });
    unprepared.delete(job);
  }
}

/** Removes duplicates: several workers of one table report the same. */
function reasonsOf(jobs: readonly Job[]): string | undefined {
  const reasons = jobs.flatMap(({ gate }) => gate.reason ?? []);
  return reasons.length > 0 ? [...new Set(reasons)].join('; ') : undefined;
}

async function waitForAll(subscriptions: readonly Subscription[]): Promise<void> {
  await Promise.all(subscriptions.map(({ ready }) => ready));
}

function allReady(subscriptions: readonly Subscription[]): Promise<void> {
  const ready = waitForAll(subscriptions);
  ready.catch(() => undefined);
  return ready;
}
