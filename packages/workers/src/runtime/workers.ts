import { isDeepStrictEqual } from 'node:util';
import { consumedQueuesOf, isAnswered, sourcesOf } from '@restmapper/endpoints';
import { ConfigError, type Log, settlesWithin, silentLog } from '@restmapper/core';
import type { Bus, CloseOptions } from '@restmapper/bus';
import type { Migrations, Model, Worker } from '@restmapper/endpoints';
import { migrateApplication } from '../database/application-migrations.ts';
import type { Database } from '../database/database.ts';
import { DatabaseError } from '../database/database-error.ts';
import type { LoadModule } from '../work/handler-room.ts';
import { checkAll, chooseWorkers } from './choose-workers.ts';
import { DatabaseGate, isLoss } from '../work/database-gate.ts';
import { probeDatabase } from '../database/probe-database.ts';
import { type PartitionShare, RunningWorker, type RunningWorkerParts } from './running-worker.ts';
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
  /** The workers that do not consume their queue yet, although nothing is known to prevent it. */
  readonly starting: readonly string[];
  /** The partitions of each worker that keeps an order, by its name. */
  readonly shares: ReadonlyMap<string, PartitionShare>;
  /** Why work is paused or keeps failing; `undefined` while everything works. */
  readonly paused: string | undefined;
  /**
   * Prepares the workers of the next model; those that both models have alike are left alone.
   *
   * @throws ConfigError when a worker or its module is invalid, DatabaseError when a table cannot be prepared.
   */
  prepare(next: Model): Promise<NextWorkers>;
  /**
   * Stops consuming and waits for running work; messages not finished in time, or waiting for the database,
   * return to their queue.
   */
  close(options?: CloseOptions): Promise<void>;
}

/** The workers of the next model; the added ones do not consume yet. */
export interface NextWorkers {
  /** Starts the added workers beside the old ones; resolves when they consume, or after 5 s. */
  start(): Promise<void>;
  /** Stops the removed workers, except the last one of an rpc queue: callers may still wait for it. */
  adopt(): void;
  /** Stops the rest; resolves when the removed workers have finished what they had begun. */
  retire(options: CloseOptions): Promise<void>;
  /** Closes the added workers. */
  discard(): Promise<void>;
}

/** How long the consumers of added workers may take to start. */
const startMs = 5_000;

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
export async function openWorkers(options: WorkersOptions): Promise<Workers> {
  const group = new WorkerGroup(options);
  await group.open(options.model);
  return group;
}

type GroupOptions = Omit<WorkersOptions, 'model'>;

class WorkerGroup implements Workers {
  readonly #names: readonly string[] | undefined;
  readonly #parts: Omit<RunningWorkerParts, 'database' | 'migrations' | 'onChange'>;
  readonly #database: DatabaseGate;
  /** Workers whose tables could not be prepared yet, because the database is away. */
  readonly #unprepared = new Set<RunningWorker>();
  /** Workers of earlier models that are not closed yet. */
  readonly #leaving = new Set<RunningWorker>();
  #running: readonly RunningWorker[] = [];
  #migrations: Migrations | undefined;
  /** Whether a mistake that shows only now no longer ends the process. */
  #hasStarted = false;
  #ready: Promise<void> = Promise.resolve();

  constructor({ bus, db, names, loadModule, ...options }: GroupOptions) {
    const { log = silentLog, metrics = noWorkerMetrics } = options;
    this.#names = names;
    this.#parts = { bus, db, log, metrics, loadModule };
    const probe = (cause?: unknown): Promise<void> => this.#probe(cause);
    this.#database = new DatabaseGate({ probe, log, onChange: () => this.#report() });
  }

  get ready(): Promise<void> {
    return this.#ready;
  }

  get starting(): readonly string[] {
    const starting = this.#running.filter(({ isStarting }) => isStarting);
    return [...new Set(starting.map(({ worker }) => worker.name))];
  }

  get shares(): ReadonlyMap<string, PartitionShare> {
    const shares = new Map<string, PartitionShare>();
    // A worker of several sources has the partitions of each.
    for (const { worker, share } of this.#running) {
      const { active, of } = shares.get(worker.name) ?? { active: 0, of: 0 };
      if (share) shares.set(worker.name, { active: active + share.active, of: of + share.of });
    }
    return shares;
  }

  get paused(): string | undefined {
    return this.#database.reason ?? reasonsOf(this.#running);
  }

  /** Brings the database up to date, and consumes. @throws ConfigError */
  async open(model: Model): Promise<void> {
    this.#migrations = model.migrations;
    this.#running = await this.#create(chooseWorkers(model, this.#names), model);
    for (const worker of this.#running) this.#unprepared.add(worker);
    try {
      await this.#probe();
    } catch (error) {
      if (!(error instanceof DatabaseError)) throw error;
      this.#database.shut(error);
    }
    this.#hasStarted = true;
    for (const worker of this.#running) worker.start();
    this.#ready = allReady(this.#running);
  }

  async prepare(next: Model): Promise<NextWorkers> {
    await this.#migrate(next);
    const before = this.#running;
    const wanted = chooseWorkers(next, this.#names);
    const kept = before.filter((running) => wanted.some((worker) => running.isOf(worker)));
    const isNew = (worker: Worker): boolean => !kept.some((running) => running.isOf(worker));
    const { loadModule } = this.#parts;
    await checkAll(wanted.filter(isNew), { sources: sourcesOf(next), loadModule });
    const added = await this.#create(wanted.filter(isNew), next);
    const gone = before.filter((running) => !kept.includes(running));
    const discard = (): Promise<void> => this.#close(added, {});
    await this.#prepareOrThrow(added).catch(async (error: unknown) => {
      await discard();
      throw error;
    });
    return {
      start: async () => {
        for (const worker of added) worker.start();
        await settlesWithin(allReady(added), startMs);
      },
      adopt: () => {
        this.#running = [...kept, ...added];
        this.#migrations = next.migrations;
        for (const worker of kept) worker.adopt(sourcesOf(next));
        for (const worker of gone) this.#leaving.add(worker);
        void this.#close(
          gone.filter((worker) => mayLeave(worker, added)),
          {},
        );
        this.#report();
      },
      retire: (options) => this.#close(gone, options),
      discard,
    };
  }

  async close({ timeoutMs = 10_000 }: CloseOptions = {}): Promise<void> {
    const workers = [...this.#running, ...this.#leaving];
    for (const worker of workers) worker.release();
    this.#database.close();
    await this.#close(workers, { timeoutMs });
  }

  async #create(workers: readonly Worker[], model: Model): Promise<readonly RunningWorker[]> {
    const { migrations } = model;
    const parts = {
      ...this.#parts,
      migrations,
      database: this.#database,
      onChange: () => this.#report(),
    };
    const sources = sourcesOf(model);
    return await Promise.all(workers.map((worker) => RunningWorker.open(worker, sources, parts)));
  }

  /** The workers that stay may use what the changed migrations create. */
  async #migrate({ migrations }: Model): Promise<void> {
    const { db, log } = this.#parts;
    if (!migrations || isDeepStrictEqual(migrations, this.#migrations)) return;
    await migrateApplication(db, migrations.directory, log);
  }

  /** Closing never rejects. */
  async #close(workers: readonly RunningWorker[], options: CloseOptions): Promise<void> {
    await Promise.all(workers.map((worker) => worker.close(options)));
    for (const worker of workers) {
      this.#leaving.delete(worker);
      this.#unprepared.delete(worker);
    }
  }

  async #probe(cause?: unknown): Promise<void> {
    await probeDatabase(this.#parts.db, cause);
    await prepareAll(this.#unprepared, (error) => !this.#hasStarted && error instanceof ConfigError);
  }

  /** While the database is away, the gate prepares them later. @throws DatabaseError, ConfigError */
  async #prepareOrThrow(workers: readonly RunningWorker[]): Promise<void> {
    for (const worker of workers) {
      await worker.prepare().catch((error: unknown) => {
        if (!(error instanceof DatabaseError) || !isLoss(error)) throw error;
        this.#unprepared.add(worker);
        this.#database.shut(error);
      });
    }
  }

  #report(): void {
    const isShut = this.#database.reason !== undefined || this.#running.some(({ gate }) => gate.isShut);
    this.#parts.metrics.paused(isShut);
    for (const worker of [...this.#running, ...this.#leaving]) worker.update();
  }
}

/** Whether a worker can stop at once: events wait in their queue, requests need another worker. */
function mayLeave({ worker }: RunningWorker, added: readonly RunningWorker[]): boolean {
  if (!isAnswered({ kind: worker.delivery })) return true;
  const consumed = new Set(added.flatMap((other) => consumedQueuesOf(other.worker)));
  return consumedQueuesOf(worker).every((queue) => consumed.has(queue));
}

/**
 * Prepares each worker once, and pauses those for which it fails. @throws DatabaseError `away`, and what is fatal
 */
async function prepareAll(
  unprepared: Set<RunningWorker>,
  isFatal: (error: unknown) => boolean,
): Promise<void> {
  for (const worker of unprepared) {
    await worker.prepare().catch((error: unknown) => {
      if (isFatal(error) || !isHolding(error)) throw error;
      worker.gate.hold(error);
    });
    unprepared.delete(worker);
  }
}

/** Whether an error concerns only its worker. */
function isHolding(error: unknown): boolean {
  return error instanceof ConfigError || (error instanceof DatabaseError && !isLoss(error));
}

/** Removes duplicates: several workers of one table report the same. */
function reasonsOf(workers: readonly RunningWorker[]): string | undefined {
  const reasons = workers.flatMap(({ gate }) => gate.reason ?? []);
  return reasons.length > 0 ? [...new Set(reasons)].join('; ') : undefined;
}

async function waitForAll(workers: readonly RunningWorker[]): Promise<void> {
  await Promise.all(workers.map(({ ready }) => ready));
}

function allReady(workers: readonly RunningWorker[]): Promise<void> {
  const ready = waitForAll(workers);
  ready.catch(() => undefined);
  return ready;
}
