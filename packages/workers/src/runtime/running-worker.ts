import {
  consumedQueuesOf,
  isAnswered,
  type Migrations,
  type Source,
  type Worker,
} from '@restmapper/endpoints';
import { settlesWithin } from '@restmapper/core';
import type { CloseOptions, QueueSubscription } from '@restmapper/bus';
import { migrateApplication } from '../database/application-migrations.ts';
import type { WorkParts } from '../work/handler-room.ts';
import { withFields } from '../work/log-fields.ts';
import { consume } from './consume.ts';
import { roomOf } from '../handlers/handlers.ts';
import { createOpenGate, type DatabaseGate } from '../work/database-gate.ts';
import { Intermission } from './intermission.ts';
import type { Work } from '../work/work.ts';
import { workOnInput } from '../work/work-on-input.ts';
import { WorkerGate } from '../work/worker-gate.ts';

export interface RunningWorkerParts extends Omit<WorkParts, 'gate' | 'sources' | 'ended'> {
  /** Closed while the database is down; shared by all workers of the process. */
  readonly database: DatabaseGate;
  /** Those of the worker's model. */
  readonly migrations: Migrations | undefined;
  /** Called when the worker's own gate has closed or opened. */
  readonly onChange: () => void;
}

/** How many of a worker's ordered queues bring their messages to this process. */
export interface PartitionShare {
  readonly active: number;
  /** All that the worker consumes. */
  readonly of: number;
}

/** The fraction of the closing time after which work is aborted; the rest is for returning its messages. */
const patience = 0.8;

/** One worker with its gate, and with its consumer from `start` to `close`. */
export class RunningWorker {
  readonly worker: Worker;
  readonly gate: WorkerGate;
  readonly #parts: RunningWorkerParts;
  readonly #giveUp = new AbortController();
  readonly #ended = new AbortController();
  #sources: readonly Source[];
  #work: Work | undefined;
  #subscription: QueueSubscription | undefined;
  #intermission: Intermission | undefined;
  #isReady = false;
  #closing: Promise<void> | undefined;

  private constructor(worker: Worker, sources: readonly Source[], parts: RunningWorkerParts) {
    const { database, log, onChange } = parts;
    const named = withFields(log, { worker: worker.name });
    this.worker = worker;
    const gate = worker.usesDatabase ? database : createOpenGate(log);
    const failsWhenAway = worker.whenAway === 'fail';
    const prepare = (): Promise<void> => this.prepare();
    this.gate = new WorkerGate({ database: gate, prepare, log: named, failsWhenAway, onChange });
    this.#sources = sources;
    this.#parts = parts;
  }

  /** Opens a worker's handler. @throws ConfigError if its module does not load. */
  static async open(
    worker: Worker,
    sources: readonly Source[],
    parts: RunningWorkerParts,
  ): Promise<RunningWorker> {
    const running = new RunningWorker(worker, sources, parts);
    const work = await roomOf(worker).open(worker, {
      ...parts,
      sources: () => running.#sources,
      gate: running.gate,
      ended: running.#ended.signal,
    });
    running.#work = worker.input ? workOnInput(work, worker.on, () => running.#sources) : work;
    return running;
  }

  /** Resolves when it consumes its queue. */
  get ready(): Promise<void> {
    return this.#subscription?.ready ?? Promise.resolve();
  }

  /** Whether it does not consume its queue yet, although nothing is known to prevent it. */
  get isStarting(): boolean {
    return !this.#isReady && this.#subscription?.trouble === undefined;
  }

  /** Its share of the partitions that its processes divide among themselves; `undefined` if it keeps no order. */
  get share(): PartitionShare | undefined {
    if (!this.worker.order) return undefined;
    return { active: this.#subscription?.active?.length ?? 0, of: consumedQueuesOf(this.worker).length };
  }

  /** Whether a worker of another model is the same. */
  isOf(worker: Worker): boolean {
    return JSON.stringify(worker) === JSON.stringify(this.worker);
  }

  /** Publishes to the sources of another model from now on. */
  adopt(sources: readonly Source[]): void {
    this.#sources = sources;
  }

  /** Brings the application's tables and its own up to date. @throws DatabaseError, ConfigError */
  async prepare(): Promise<void> {
    const { db, log, migrations } = this.#parts;
    if (migrations && this.worker.usesDatabase) await migrateApplication(db, migrations.directory, log);
    await roomOf(this.worker).prepare(this.worker, db, log);
  }

  /** Starts consuming. */
  start(): void {
    const { bus, log, metrics } = this.#parts;
    if (!this.#work || this.#closing) return;
    const parts = { bus, work: this.#work, ending: this.#giveUp.signal, log, metrics };
    this.#subscription = consume(this.worker, parts);
    void this.#subscription.ready.then(() => (this.#isReady = true));
    // Requests are held until their deadline: the database may be back in time.
    if (isAnswered({ kind: this.worker.delivery })) return;
    this.#intermission = new Intermission(this.#subscription, this.gate);
  }

  /** A gate has shut or opened. */
  update(): void {
    this.#intermission?.update();
  }

  /** Releases what waits at a gate; it is about to be closed. */
  release(): void {
    this.#intermission?.end();
  }

  /** Stops consuming and waits for running work; messages not finished in time return to their queue. */
  close({ timeoutMs = 10_000 }: CloseOptions = {}): Promise<void> {
    this.#closing ??= this.#close(timeoutMs);
    return this.#closing;
  }

  async #close(timeoutMs: number): Promise<void> {
    this.release();
    this.gate.close();
    const closed = this.#subscription?.close() ?? Promise.resolve();
    if (!(await settlesWithin(closed, timeoutMs * patience))) {
      this.#giveUp.abort();
      await settlesWithin(closed, timeoutMs * (1 - patience));
    }
    this.#ended.abort();
  }
}
