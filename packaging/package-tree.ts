import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { globSync } from 'tinyglobby';
import { findSpecifiers, rewriteSpecifiers } from './specifiers.ts';
import { exportedFile, type Member, packedPath } from './workspace.ts';

/** The files of a package to be packed, by their paths in it. */
export type Tree = ReadonlyMap<string, string | Buffer>;

interface TreeOptions {
  readonly root: string;
  /** The packages of the workspace that are packed together. */
  readonly members: readonly Member[];
}

/**
 * Collects the build of packages of the workspace in one tree, one folder each, and makes their imports of
 * each other relative.
 *
 * Other files that they ship, such as `sql`, go to the top, so that `../../sql` resolves as before.
 */
export function layOut({ root, members }: TreeOptions): Tree {
  const byName = new Map(members.map((member) => [member.manifest.name, member]));
  const tree = new Map<string, string | Buffer>();
  for (const member of members) {
    const folder = join(root, member.folder);
    for (const path of builtFiles(folder)) {
      const packed = packedPath(member.shortName, path);
      const text = withoutMap(readFileSync(join(folder, path), 'utf8'));
      const rewrite = (specifier: string): string => localSpecifier(specifier, packed, byName);
      tree.set(packed, rewriteSpecifiers({ fileName: packed, text }, rewrite));
    }
    for (const name of member.manifest.files.filter((name) => name !== 'dist')) {
      const paths = globSync(name, { cwd: folder });
      if (paths.length === 0) throw new Error(`${folder} has no ${name}`);
      for (const path of paths) tree.set(path, readFileSync(join(folder, path)));
    }
  }
  return tree;
}

/** The build of the sources that exist: a build also contains the output of deleted ones. */
function builtFiles(folder: string): readonly string[] {
  return globSync('src/**/*.{ts,js}', { cwd: folder })
    .map((path) => path.replace(/^src/, 'dist').replace(/\.[tj]s$/, ''))
    .flatMap((stem) => [`${stem}.js`, `${stem}.d.ts`]);
}

/** The build names its source maps, which are not packed. */
function withoutMap(text: string): string {
  return text.replace(/^\/\/# sourceMappingURL=.*\n?$/m, '');
}

/** A module's name for the file at a place in the tree: relative if the module is packed with it. */
function localSpecifier(specifier: string, from: string, members: ReadonlyMap<string, Member>): string {
  if (specifier.startsWith('.')) return specifier.replace(/\.ts$/, '.js');
  const [, name = '', subpath = ''] = /^(@[^/]+\/[^/]+|[^/]+)(.*)$/.exec(specifier) ?? [];
  const member = members.get(name);
  if (!member) return specifier;
  const path = posix.relative(posix.dirname(from), exportedFile(member, `.${subpath}`));
  return path.startsWith('.') ? path : `./${path}`;
}

/** Some declarations, and those that they import. */
export function reachDeclarations(tree: Tree, entries: readonly string[]): ReadonlySet<string> {
  const reached = new Set(entries);
  // Iterating over a growing set also visits the added elements.
  for (const path of reached) {
    for (const { text } of findSpecifiers(path, String(tree.get(path)))) {
      if (text.startsWith('.')) reached.add(declarationOf(posix.join(posix.dirname(path), text)));
    }
  }
  return reached;
}

/** `a.d.ts` for `a.js`. */
export function declarationOf(path: string): string {
  return path.replace(/\.(c?)js$/, '.d.$1ts');
}

/** The packages that files of a tree import, which npm has to install with it. */
export function importedPackages(tree: Tree, isIncluded: (path: string) => boolean): ReadonlySet<string> {
  const names = [...tree]
    .filter(([path]) => isIncluded(path))
    .flatMap(([path, text]) => findSpecifiers(path, String(text)))
    .filter(({ text, isUrl }) => !isUrl && !text.startsWith('.') && !text.startsWith('node:'))
    .map(({ text }) => /^(?:@[^/]+\/)?[^/]+/.exec(text)?.[0] ?? text);
  return new Set(names);
}
