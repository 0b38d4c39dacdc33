import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Migrations, Model, Worker } from '@restmapper/endpoints';

/** A model with the revisions of its files of SQL. */
export interface RevisedSql {
  readonly model: Model;
  /** The files, missing ones included, and the folder of the migrations. */
  readonly files: readonly string[];
}

/** Recognises changed statements and migrations, so that their workers are replaced, and new migrations applied. */
export class SqlRevisions {
  readonly #first: ReadonlyMap<string, string>;

  /** Reads the files of the first model, which have no revision until they change. */
  constructor(first: Model) {
    const hashes = statementsOf(first).map((path) => [path, hashOf([path])] as const);
    const { migrations } = first;
    const folder = migrations && ([migrations.directory, hashOf(migrationsIn(migrations))] as const);
    this.#first = new Map([...hashes, ...(folder ? [folder] : [])]);
  }

  /** Reads the files of a model. */
  revise(model: Model): RevisedSql {
    const workers = model.workers.map((worker) => this.#revisedWorker(worker));
    const { migrations } = model;
    const files = migrations ? migrationsIn(migrations) : [];
    return {
      model: { ...model, workers, migrations: migrations && this.#revisedFolder(migrations, files) },
      files: [...statementsOf(model), ...files, ...(migrations ? [migrations.directory] : [])],
    };
  }

  #revisedWorker(worker: Worker): Worker {
    const { use } = worker;
    if (use.kind !== 'sql' || !('path' in use.statement)) return worker;
    const { path } = use.statement;
    const revision = hashOf([path]);
    if (revision === this.#first.get(path)) return worker;
    return { ...worker, use: { ...use, statement: { path, revision } } };
  }

  #revisedFolder({ directory }: Migrations, files: readonly string[]): Migrations {
    const revision = hashOf(files);
    return revision === this.#first.get(directory) ? { directory } : { directory, revision };
  }
}

function statementsOf({ workers }: Model): readonly string[] {
  return workers.flatMap(({ use }) =>
    use.kind === 'sql' && 'path' in use.statement ? [use.statement.path] : [],
  );
}

function migrationsIn({ directory }: Migrations): readonly string[] {
  try {
    const names = readdirSync(directory).filter((name) => name.endsWith('.sql'));
    return names.toSorted().map((name) => join(directory, name));
  } catch {
    return [];
  }
}

/** A file that cannot be read counts as empty: the worker's check says why. */
function hashOf(paths: readonly string[]): string {
  const hash = createHash('sha256');
  for (const path of paths) hash.update(`${path}\0`).update(contentOf(path));
  return hash.digest('base64url');
}

function contentOf(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch {
    return Buffer.alloc(0);
  }
}
