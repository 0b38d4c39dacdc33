import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import type { Model, PluginGroup, Worker } from '@restmapper/endpoints';
import { type ModuleFile, readModuleFiles } from './module-files.ts';
import { modulesInFolders } from './plugin-files.ts';
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
  /** The modules in the folders of each group, as they were first. */
  readonly #firstFound: ReadonlyMap<string, readonly string[]>;
  #count = 0;

  /** Reads the modules of the first model, before they are loaded; `runs` tells which workers have theirs loaded. */
  constructor(first: Model, runs: (worker: Worker) => boolean) {
    this.#runs = runs;
    this.#firstFound = new Map(first.plugins.map((group) => [group.name, modulesInFolders(group)]));
    const files = readModuleFiles(this.#pathsOf(first));
    this.#accepted = new Map([...files.keys()].map((path) => [path, { signature: sign(path, files) }]));
  }

  /** Reads the modules of a model, and prepares their loading. */
  async revise(model: Model): Promise<RevisedModel> {
    const paths = this.#pathsOf(model);
    const files = readModuleFiles(paths);
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
    // Those of workers that run elsewhere are loaded there.
    const loaded = paths.length === 0 ? [] : model.plugins;
    const plugins = loaded.map((group) => this.#revised(group, revisions));
    return {
      model: {
        ...model,
        workers: model.workers.map((worker) => revised(worker, { revisions, plugins })),
        plugins: paths.length === 0 ? model.plugins : plugins,
      },
      files: [...files.keys(), ...plugins.flatMap(({ folders }) => folders)],
      accept: () => void (this.#accepted = new Map([...this.#accepted, ...revisions])),
    };
  }

  #pathsOf({ workers, plugins }: Model): readonly string[] {
    const used = workers.flatMap((worker) => (this.#runs(worker) ? modulesOf(worker) : []));
    return used.length === 0 ? [] : [...used, ...plugins.flatMap(pluginPaths)];
  }

  #revised(group: PluginGroup, revisions: Revisions): PluginGroup {
    const numbered = pluginPaths(group).flatMap((path) => {
      const number = revisions.get(path)?.number;
      return number === undefined ? [] : [[path, number] as const];
    });
    const found = modulesInFolders(group);
    const isFirst = isDeepStrictEqual(found, this.#firstFound.get(group.name) ?? []);
    if (isFirst && numbered.length === 0) return group;
    return { ...group, changes: { ...(!isFirst && { found }), revisions: Object.fromEntries(numbered) } };
  }
}

function modulesOf({ use }: Worker): readonly string[] {
  return use.kind === 'module' ? [use.path] : [];
}

function pluginPaths(group: PluginGroup): readonly string[] {
  return [...group.modules.map(({ path }) => path), ...modulesInFolders(group)];
}

interface Revised {
  readonly revisions: Revisions;
  readonly plugins: readonly PluginGroup[];
}

function revised(worker: Worker, { revisions, plugins }: Revised): Worker {
  const { use } = worker;
  if (use.kind !== 'module') return worker;
  const revision = revisions.get(use.path)?.number;
  return {
    ...worker,
    use: { ...use, ...(use.plugins && { plugins }), ...(revision !== undefined && { revision }) },
  };
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
