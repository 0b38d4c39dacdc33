import type { Bus, ConsumeOptions } from '@restmapper/bus';
import type { Log } from '@restmapper/core';
import type { Source, Use, Worker } from '@restmapper/endpoints';
import type { Database } from '../database/database.ts';
import type { Work } from './work.ts';
import type { WorkerGate } from './worker-gate.ts';
import type { WorkerMetrics } from './worker-metrics.ts';

/** Imports a module by its absolute path, once per revision of its code; resolves with its exports. */
export type LoadModule = (path: string, revision?: number) => Promise<unknown>;

export interface WorkParts {
  /** Returns the sources of the model now in force. */
  readonly sources: () => readonly Source[];
  readonly bus: Bus;
  readonly db: Database;
  readonly gate: WorkerGate;
  readonly log: Log;
  readonly metrics: WorkerMetrics;
  readonly loadModule: LoadModule | undefined;
  /** Aborts when the worker is closed. */
  readonly ended: AbortSignal;
}

/** What a worker is checked against. */
export interface CheckParts {
  readonly sources: readonly Source[];
  readonly loadModule: LoadModule | undefined;
}

/** A worker that uses one kind of handler. */
export type WorkerOf<Kind extends Use['kind']> = Omit<Worker, 'use'> & {
  readonly use: Extract<Use, { readonly kind: Kind }>;
};

/** The implementation of one kind of handler, the counterpart of a built-in handler's spec. */
export interface HandlerRoom<Kind extends Use['kind'] = Use['kind']> {
  /**
   * Validates the worker as opening it would, without a bus or a database.
   *
   * @throws ConfigError
   */
  readonly check: (worker: WorkerOf<Kind>, parts: CheckParts) => Promise<void>;
  /**
   * Prepares the database for the worker; can be called repeatedly.
   *
   * @throws DatabaseError
   */
  readonly prepare: (worker: WorkerOf<Kind>, db: Database, log: Log) => Promise<void>;
  /** @throws ConfigError like `check` */
  readonly open: (worker: WorkerOf<Kind>, parts: WorkParts) => Promise<Work>;
  /** How its queue is consumed. @default its `batchSize`, `batchWaitMs` and `concurrency` */
  readonly consumeOptions?: (worker: WorkerOf<Kind>) => ConsumeOptions;
}
