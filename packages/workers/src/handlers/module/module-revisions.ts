import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import type { Model, Worker } from '@restmapper/endpoints';
import { type ModuleFile, readModuleFiles } from './module-files.ts';
import { reviseImports } from './revise-imports.ts';

/** A revision of a file's code, in which all that it imports counts. */
interface Revision {
  /** Equal if and only if the code is. */
  readonly signature: string;
  /** Absent for code that was there when the process started. */
  readonly number?: number | undefined;
}

type Revisions = ReadonlyMap<string, Revision>;

/** A model whose workers have the revisions of their modules. */
export interface RevisedModel {
  readonly model: Model;
  /** The files of its modules, missing ones included. */
  readonly files: readonly string[];
  /** Makes later code count as changed if it differs from this. */
  accept(): void;
}

/**
 * Numbers the revisions of the code of workers' modules.
 *
 * A module is loaded again if its file or a file that it imports, packages excluded, has changed; other files keep
 * their state. Code that was not accepted is loaded again the next time.
 */
export class ModuleRevisions {
  #accepted: Revisions;
  readonly #runs: (worker: Worker) => boolean;
  #count = 0;

  /** Reads the modules of the first model, before they are loaded; `runs` tells which workers have theirs loaded. */
  constructor(first: Model, runs: (worker: Worker) => boolean) {
    this.#runs = runs;
    const files = readModuleFiles(this.#pathsOf(first));
    this.#accepted = new Map([...files.keys()].map((path) => [path, { signature: sign(path, files) }]));
  }

  /** Reads the modules of a model, and prepares their loading. */
  async revise(model: Model): Promise<RevisedModel> {
    const files = readModuleFiles(this.#pathsOf(model));
    const number = this.#count + 1;
    const revisionOf = (path: string): Revision => {
      const [signature, accepted] = [sign(path, files), this.#accepted.get(path)];
      return accepted?.signature === signature ? accepted : { signature, number };
    };
    const revisions = new Map([...files.keys()].map((path) => [path, revisionOf(path)]));
    const changed = [...files.keys()].filter((path) => revisions.get(path)?.number === number);
    if (changed.length > 0) {
      this.#count = number;
      await reviseImports(byUrl(revisions), changed);
    }
    return {
      model: { ...model, workers: model.workers.map((worker) => revised(worker, revisions)) },
      files: [...files.keys()],
      accept: () => void (this.#accepted = new Map([...this.#accepted, ...revisions])),
    };
  }

  #pathsOf({ workers }: Model): readonly string[] {
    const run = workers.filter((worker) => this.#runs(worker));
    return run.flatMap(({ use }) => (use.kind === 'module' ? [use.path] : []));
  }
}

function revised(worker: Worker, revisions: Revisions): Worker {
  const { use } = worker;
  if (use.kind !== 'module') return worker;
  const revision = revisions.get(use.path)?.number;
  return revision === undefined ? worker : { ...worker, use: { ...use, revision } };
}

function byUrl(revisions: Revisions): ReadonlyMap<string, number> {
  const numbered = [...revisions].flatMap(([path, { number }]) =>
    number === undefined ? [] : [[pathToFileURL(path).href, number] as const],
  );
  return new Map(numbered);
}

/** Hashes a file with all that it imports, directly or not. */
function sign(path: string, files: ReadonlyMap<string, ModuleFile>): string {
  const reached = new Set([path]);
  for (const each of reached) {
    for (const imported of files.get(each)?.imports ?? []) reached.add(imported);
  }
  const hashes = [...reached].toSorted().map((each) => [each, files.get(each)?.hash ?? '']);
  return createHash('sha256').update(JSON.stringify(hashes)).digest('base64url');
}
