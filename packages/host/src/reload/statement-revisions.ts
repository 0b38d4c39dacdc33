import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Model, Worker } from '@restmapper/endpoints';

/** A model whose workers have the revisions of the files of their statements. */
export interface RevisedStatements {
  readonly model: Model;
  /** The files, missing ones included. */
  readonly files: readonly string[];
}

/** Recognises changed files of statements, so that their workers are replaced. */
export class StatementRevisions {
  readonly #first: ReadonlyMap<string, string>;

  /** Reads the files of the first model, which have no revision until they change. */
  constructor(first: Model) {
    this.#first = new Map(pathsOf(first).map((path) => [path, hashOf(path)]));
  }

  /** Reads the files of a model. */
  revise(model: Model): RevisedStatements {
    const workers = model.workers.map((worker) => this.#revised(worker));
    return { model: { ...model, workers }, files: pathsOf(model) };
  }

  #revised(worker: Worker): Worker {
    const { use } = worker;
    if (use.kind !== 'sql' || !('path' in use.statement)) return worker;
    const { path } = use.statement;
    const revision = hashOf(path);
    if (revision === this.#first.get(path)) return worker;
    return { ...worker, use: { ...use, statement: { path, revision } } };
  }
}

function pathsOf({ workers }: Model): readonly string[] {
  return workers.flatMap(({ use }) =>
    use.kind === 'sql' && 'path' in use.statement ? [use.statement.path] : [],
  );
}

/** Of a file that cannot be read, the hash of nothing: the worker's check says why. */
function hashOf(path: string): string {
  const hash = createHash('sha256');
  try {
    return hash.update(readFileSync(path)).digest('base64url');
  } catch {
    return hash.digest('base64url');
  }
}
