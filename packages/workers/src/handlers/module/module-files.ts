import { createHash } from 'node:crypto';
import { readFileSync, realpathSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, resolve, sep } from 'node:path';

/** A file of a project's code, as it stands on disk. */
export interface ModuleFile {
  /** Of its content; empty when it cannot be read. */
  readonly hash: string;
  /** The files that it imports, packages excluded. */
  readonly imports: readonly string[];
}

/** What `import`, `export … from` and `require` name. */
const specifiers = /\b(?:from|import|require)\s*\(?\s*(['"])([^'"\n]+)\1/g;
const extensions = ['.ts', '.js', '.mts', '.mjs', '.cts', '.cjs', '.json'];
const mostFiles = 2_000;

/**
 * Reads modules and all that they import within their project, by path; never throws.
 *
 * A file that is named but missing is among them, under each path where it would be found.
 */
export function readModuleFiles(paths: readonly string[]): ReadonlyMap<string, ModuleFile> {
  const files = new Map<string, ModuleFile>();
  const waiting = [...paths];
  for (let path = waiting.pop(); path !== undefined && files.size < mostFiles; path = waiting.pop()) {
    if (files.has(path)) continue;
    const file = readModuleFile(path);
    files.set(path, file);
    waiting.push(...file.imports);
  }
  return files;
}

function readModuleFile(path: string): ModuleFile {
  try {
    const real = realpathSync(path);
    // A link is followed, and watched too.
    if (real !== path) return { hash: real, imports: [real] };
    const code = readFileSync(path);
    const hash = createHash('sha256').update(code).digest('base64url');
    if (extname(path) === '.json') return { hash, imports: [] };
    const named = [...code.toString('utf8').matchAll(specifiers)].map(([, , name = '']) => name);
    return { hash, imports: [...new Set(named.flatMap((name) => findImported(name, path)))] };
  } catch {
    return { hash: '', imports: [] };
  }
}

function findImported(name: string, from: string): readonly string[] {
  if (name.startsWith('#')) return findInProject(name, from);
  if (!/^\.{1,2}(?:\/|$)/.test(name)) return [];
  const path = resolve(dirname(from), name.replace(/[?#].*$/, ''));
  const candidates = [path, ...twinsOf(path)];
  const found = candidates.find(isFile);
  return found === undefined ? candidates : [found];
}

/** What `imports` in the project's package.json names; nothing if that is a package. */
function findInProject(name: string, from: string): readonly string[] {
  try {
    const path = createRequire(from).resolve(name);
    const isInstalled = path.includes(`${sep}node_modules${sep}`);
    return isInstalled || !path.startsWith(sep) ? [] : [path];
  } catch {
    return [];
  }
}

/** Where a loader looks if there is no such file: TypeScript for JavaScript, then with an extension. */
function twinsOf(path: string): readonly string[] {
  const typescript = /\.[cm]?js$/.test(path) ? [path.replace(/js$/, 'ts')] : [];
  const names = extensions.flatMap((extension) => [path + extension, resolve(path, `index${extension}`)]);
  return [...typescript, ...(extname(path) === '' ? names : [])];
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
