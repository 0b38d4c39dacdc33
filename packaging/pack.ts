import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { commonJsTwins } from './commonjs-twins.ts';
import { declarationOf, importedPackages, layOut, reachDeclarations, type Tree } from './package-tree.ts';
import { exportedModules, packedManifest } from './packed-manifest.ts';
import { type Member, membersOf, readWorkspace } from './workspace.ts';

/** The packages that users install. */
const published = ['restmapper', '@restmapper/client'];

interface PackOptions {
  /** The repository, with its packages and the page built. */
  readonly root: string;
  /** Where the tarballs are written. */
  readonly directory: string;
}

/** Packs the build into tarballs for npm; returns their paths, that of `restmapper` first. */
export function pack({ root, directory }: PackOptions): readonly string[] {
  mkdirSync(directory, { recursive: true });
  const workspace = readWorkspace(root);
  return published.map((name) => {
    const main = workspace.get(name);
    if (!main) throw new Error(`the workspace has no ${name}`);
    return writeTarball(packageOf(main, membersOf(name, workspace), root), directory);
  });
}

/** All files of a package, by their paths in it. */
function packageOf(main: Member, members: readonly Member[], root: string): Tree {
  const built = layOut({ root, members });
  const entries = exportedModules(main).map(([, path]) => path);
  const declarations = reachDeclarations(built, entries.map(declarationOf));
  const kept = new Map([...built].filter(([path]) => !path.endsWith('.d.ts') || declarations.has(path)));
  const foreign = importedPackages(kept, (path) => declarations.has(path));
  if (foreign.size > 0) throw new Error(`public types need the types of ${[...foreign].join(', ')}`);
  const tree = new Map([...kept, ...commonJsTwins(kept, entries)]);
  const readme = readFileSync(join(root, 'packaging/readme', `${main.shortName}.md`));
  return new Map<string, string | Buffer>([
    ...tree,
    ['package.json', `${JSON.stringify(packedManifest(main, members, tree), null, 2)}\n`],
    ['README.md', readme],
    ['LICENSE', readFileSync(join(root, 'LICENSE'))],
  ]);
}

function writeTarball(tree: Tree, directory: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'restmapper-pack-'));
  try {
    for (const [path, content] of tree) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
      if (String(content.slice(0, 2)) === '#!') chmodSync(join(folder, path), 0o755);
    }
    const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', directory];
    const [packed] = JSON.parse(
      execFileSync('npm', args, { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }),
    ) as readonly { readonly filename: string }[];
    return join(directory, packed?.filename ?? '');
  } finally {
    rmSync(folder, { recursive: true });
  }
}
