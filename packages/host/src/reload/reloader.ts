import { resolve } from 'node:path';
import { ConfigError } from '@restmapper/core';
import type { Environment, Model, Worker } from '@restmapper/endpoints';
import { ModuleRevisions } from '@restmapper/workers';
import { locateError, openLocator, openModel } from '../process/model-file.ts';
import { authFilesOf } from './auth-files.ts';
import { describeChanges } from './describe-changes.ts';
import { checkHandlers, checkSchemes } from './find-faults.ts';
import { SqlRevisions } from './sql-revisions.ts';

/** The result of a reload. */
export type ReloadOutcome =
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'replaced'; readonly changes: readonly string[]; readonly ms: number }
  /** The model before stays in force. */
  | { readonly kind: 'refused'; readonly error: unknown };

/** A running system whose model can be replaced. */
export interface Replaceable {
  readonly model: Model;
  replace(next: Model): Promise<void>;
}

export interface ReloaderOptions {
  readonly file: string;
  readonly env: Environment;
  /** The model that the system is opened with; its modules are not loaded yet. */
  readonly model: Model;
  /** Tells which workers run here, and have their modules loaded. */
  readonly runs: (worker: Worker) => boolean;
  readonly onOutcome: (outcome: ReloadOutcome) => void;
}

/** Reads a file and the modules that it names again, and lets a running system continue with them. */
export class Reloader {
  readonly #options: ReloaderOptions;
  readonly #revisions: ModuleRevisions;
  readonly #sql: SqlRevisions;
  readonly #files = new Set<string>();
  #system: Replaceable | undefined;
  #isWanted = false;
  #running: Promise<void> | undefined;
  #isRefused = false;

  constructor(options: ReloaderOptions) {
    this.#options = options;
    this.#revisions = new ModuleRevisions(options.model, options.runs);
    this.#sql = new SqlRevisions(options.model);
    this.#files.add(resolve(options.file));
  }

  /** Starts with a system; a reload requested earlier is done now. */
  follow(system: Replaceable): void {
    this.#system = system;
    if (this.#isWanted) void this.reload(); // Never rejects.
  }

  /** The file, and every file that it has named so far, also the folders of its patterns. */
  get files(): Iterable<string> {
    return this.#files;
  }

  /**
   * Reads the files again; resolves when they are in force or refused.
   *
   * Calls during a reload lead to one more, so that no change is lost.
   */
  reload(): Promise<void> {
    this.#isWanted = true;
    const system = this.#system;
    if (!system) return Promise.resolve();
    this.#running ??= this.#run(system);
    return this.#running;
  }

  async #run(system: Replaceable): Promise<void> {
    while (this.#isWanted) {
      this.#isWanted = false;
      const outcome = await this.#reload(system).catch((error: unknown) => ({
        kind: 'refused' as const,
        error,
      }));
      this.#isRefused = outcome.kind === 'refused';
      this.#options.onOutcome(outcome);
    }
    this.#running = undefined;
  }

  async #reload(system: Replaceable): Promise<ReloadOutcome> {
    const startMs = performance.now();
    const { file, env } = this.#options;
    const read = openModel(file, env, { onLook: (path) => this.#files.add(path) });
    const sql = this.#sql.revise(read);
    for (const path of [...authFilesOf(sql.model), ...sql.files]) this.#files.add(path);
    const revised = await this.#revisions.revise(sql.model);
    const { model } = revised;
    for (const path of revised.files) this.#files.add(path);
    const changes = describeChanges(system.model, model);
    if (changes.length === 0 && !this.#isRefused) return { kind: 'unchanged' };
    await system.replace(model).catch(async (error: unknown) => {
      await this.#locate(model, error);
      throw locateError(error, openLocator(file, env));
    });
    revised.accept();
    return { kind: 'replaced', changes, ms: Math.round(performance.now() - startMs) };
  }

  /** Finds the places of all mistakes, where an error has none. @throws ConfigError */
  async #locate(model: Model, error: unknown): Promise<void> {
    if (!(error instanceof ConfigError) || error.problems.length > 0) return;
    const { file, env, runs } = this.#options;
    const locate = openLocator(file, env);
    checkSchemes(model.auth, locate);
    await checkHandlers(model, { workers: model.workers.filter(runs), locate });
  }
}
