import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** What a new project is written in; `minimal` has no code. */
export type Flavor = 'typescript' | 'javascript' | 'minimal';

/** The files of a project, by their paths in it, with `/`. */
export type ProjectFiles = ReadonlyMap<string, string>;

const templates = fileURLToPath(new URL('../../templates/', import.meta.url));

/** npm leaves files of these names out of a package, or treats them as its own settings. */
const dotFiles: readonly string[] = ['gitignore', 'dockerignore', 'env.example'];

/**
 * Reads the files of a new project.
 *
 * TypeScript needs tsx if `node` does not read it by itself.
 */
export function readTemplate(flavor: Flavor, readsTypeScript: boolean): ProjectFiles {
  return new Map(foldersOf(flavor, readsTypeScript).flatMap((folder) => filesIn(join(templates, folder))));
}

/** A file in a later folder replaces the one of the same name in an earlier one. */
function foldersOf(flavor: Flavor, readsTypeScript: boolean): readonly string[] {
  if (flavor === 'minimal') return ['all', flavor];
  const isTsxNeeded = flavor === 'typescript' && !readsTypeScript;
  return ['all', 'deploy', 'cases', 'tables', flavor, ...(isTsxNeeded ? ['tsx'] : [])];
}

function filesIn(folder: string): readonly (readonly [path: string, text: string])[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .toSorted()
    .map((file) => [projectPath(file.slice(folder.length + 1)), readFileSync(file, 'utf8')]);
}

function projectPath(path: string): string {
  return dotFiles.includes(path) ? `.${path}` : path.replaceAll(sep, '/');
}
