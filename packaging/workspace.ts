import { readFileSync } from 'node:fs';
import { basename, join, posix } from 'node:path';

/** The fields of a package.json that are read. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly engines: Readonly<Record<string, string>>;
  readonly files: readonly string[];
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, string | { readonly default: string }>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** A package of the workspace. */
export interface Member {
  /** Relative to the repository, such as `packages/workers`. */
  readonly folder: string;
  /** The last part of its folder: the folder that its files have in a packed package. */
  readonly shortName: string;
  readonly manifest: Manifest;
}

/** Reads the packages of the workspace below `packages/`, by their names. */
export function readWorkspace(root: string): ReadonlyMap<string, Member> {
  const { workspaces } = readJson(join(root, 'package.json')) as { readonly workspaces: readonly string[] };
  const folders = workspaces.filter((folder) => folder.startsWith('packages/'));
  const members = folders.map((folder) => ({
    folder,
    shortName: basename(folder),
    manifest: readJson(join(root, folder, 'package.json')) as Manifest,
  }));
  return new Map(members.map((member) => [member.manifest.name, member]));
}

/** A package and all packages of the workspace that it depends on, directly or not. */
export function membersOf(name: string, workspace: ReadonlyMap<string, Member>): readonly Member[] {
  const names = new Set([name]);
  // Iterating over a growing set also visits the added elements.
  for (const name of names) {
    for (const other of Object.keys(workspace.get(name)?.manifest.dependencies ?? {})) {
      if (workspace.has(other)) names.add(other);
    }
  }
  return [...workspace.values()].filter(({ manifest }) => names.has(manifest.name));
}

/** The packed path of a file that a package of the workspace exports, such as `workers/worker.js`. */
export function exportedFile({ shortName, manifest }: Member, subpath: string): string {
  const target = manifest.exports?.[subpath];
  const path = typeof target === 'object' ? target.default : target;
  if (path === undefined) throw new Error(`${manifest.name} does not export ${subpath}`);
  return packedPath(shortName, path);
}

/** `./dist/a/b.js` of the package `workers` becomes `workers/a/b.js`; files outside `dist` go to the top. */
export function packedPath(shortName: string, path: string): string {
  const normal = posix.normalize(path);
  return normal.startsWith('dist/') ? posix.join(shortName, normal.slice('dist/'.length)) : normal;
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
