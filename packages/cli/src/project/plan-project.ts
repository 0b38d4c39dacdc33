import { lstatSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { ConfigError } from '@restmapper/core';
import { describeFileError, version } from '@restmapper/host';
import { formatManifest, type Manifest, mergeManifest, packageNameOf, parseManifest } from './manifest.ts';
import { type Flavor, type ProjectFiles, readTemplate } from './template.ts';

/** What has to be written for a project. */
export interface ProjectPlan {
  /** The files that do not exist yet. */
  readonly files: ProjectFiles;
  /** The files that exist already, besides `package.json`. */
  readonly existing: readonly string[];
  /** The text of an existing `package.json` with the project's additions, if it lacks any. */
  readonly changedManifest?: string;
  /** Scripts of an existing `package.json` that differ from the project's, with the project's. */
  readonly keptScripts: Readonly<Record<string, string>>;
}

export interface ProjectOptions {
  readonly flavor: Flavor;
  /** Whether `node` reads TypeScript by itself. */
  readonly readsTypeScript: boolean;
}

/**
 * Compares a new project with what a folder has; writes nothing.
 *
 * @throws ConfigError if the folder or its `package.json` cannot be read.
 */
export function planProject(folder: string, { flavor, readsTypeScript }: ProjectOptions): ProjectPlan {
  checkFolder(folder);
  const files = new Map(readTemplate(flavor, readsTypeScript));
  const manifest = ownManifest(files, folder);
  files.set('package.json', formatManifest(manifest));
  const place = join(folder, 'package.json');
  if (!exists(place)) return { ...split(files, folder), keptScripts: {} };
  const present = read(place);
  files.delete('package.json');
  // The package may be CommonJS, which the workers are not.
  if (flavor !== 'minimal' && parseManifest(present, place)['type'] !== 'module') {
    files.set('workers/package.json', formatManifest({ type: 'module' }));
  }
  const { text, kept } = mergeManifest(present, manifest, place);
  const isChanged = text.trim() !== present.trim();
  return {
    ...split(files, folder),
    ...(isChanged && { changedManifest: text }),
    keptScripts: kept,
  };
}

/** The template's package.json, with the folder's name and this version. */
function ownManifest(files: ProjectFiles, folder: string): Manifest {
  const template = parseManifest(files.get('package.json') ?? '', 'package.json');
  return {
    ...template,
    name: packageNameOf(basename(resolve(folder))),
    dependencies: { restmapper: version },
  };
}

/** Files that belong to the endpoints of a new project. */
const ofEndpoints = /^(?:workers|migrations)\/|^endpoints\.(?:test\.yaml|types\.ts)$/;

function split(files: ProjectFiles, folder: string): Pick<ProjectPlan, 'files' | 'existing'> {
  const existing = [...files.keys()].filter((path) => exists(join(folder, path)));
  const hasEndpoints = existing.includes('endpoints.yaml');
  const isMissing = (path: string): boolean =>
    !existing.includes(path) && !(hasEndpoints && ofEndpoints.test(path));
  return { files: new Map([...files].filter(([path]) => isMissing(path))), existing };
}

/** @throws ConfigError if there is something else than a folder. */
function checkFolder(folder: string): void {
  if (exists(folder) && statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new ConfigError(`${folder} is not a folder; name another`);
}

/** Whether there is anything at a path, a link that leads nowhere included. */
function exists(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    throw new ConfigError(`${path} cannot be read: ${describeFileError(error)}`);
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${path} cannot be read: ${describeFileError(error)}`);
  }
}
