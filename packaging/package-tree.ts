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
 * Puts what is built of packages of the workspace into one tree, a folder for each, and makes their imports of one
 * another relative.
 *
 * What they ship besides, such as `sql`, stands at the top, where `../../sql` leads from what is built as before.
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

/** What is built of the sources that are there: a build leaves what it made of deleted ones. */
function builtFiles(folder: string): readonly string[] {
  return globSync('src/**/*.{ts,js}', { cwd: folder })
    .map((path) => path.replace(/^src/, 'dist').replace(/\.[tj]s$/, ''))
    .flatMap((stem) => [`${stem}.js`, `${stem}.d.ts`]);
}

/** What is built names its maps, which are not packed. */
function withoutMap(text: string): string {
  return text.replace(/^\/\/# sourceMappingURL=.*\n?$/m, '');
}

/** A module's name for the file at a place of the tree: relative for what is packed with it. */
function localSpecifier(specifier: string, from: string, members: ReadonlyMap<string, Member>): string {
  if (specifier.startsWith('.')) return specifier.replace(/\.ts$/, '.js');
  const [, name = '', subpath = ''] = /^(@[^/]+\/[^/]+|[^/]+)(.*)$/.exec(specifier) ?? [];
  const member = members.get(name);
  if (!member) return specifier;
  const path = posix.relative(posix.dirname(from), exportedFile(member, `.${subpath}`));
  return path.startsWith('.') ? path : `./${path}`;
}

/** The declarations that some declarations lead to, with them. */
export function reachDeclarations(tree: Tree, entries: readonly string[]): ReadonlySet<string> {
  const reached = new Set(entries);
  // A set that grows is iterated to its new end.
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

/** The packages that files of a tree import: what npm has to install with it. */
export function importedPackages(tree: Tree, isIncluded: (path: string) => boolean): ReadonlySet<string> {
  const names = [...tree]
    .filter(([path]) => isIncluded(path))
    .flatMap(([path, text]) => findSpecifiers(path, String(text)))
    .filter(({ text, isUrl }) => !isUrl && !text.startsWith('.') && !text.startsWith('node:'))
    .map(({ text }) => /^(?:@[^/]+\/)?[^/]+/.exec(text)?.[0] ?? text);
  return new Set(names);
}
