import { toCommonJs } from './commonjs-twins.ts';
import { declarationOf, importedPackages, type Tree } from './package-tree.ts';
import { exportedFile, type Manifest, type Member, packedPath } from './workspace.ts';

type Versions = Readonly<Record<string, string>>;

/** Creates the package.json of a package that is packed from members of the workspace. */
export function packedManifest(main: Member, members: readonly Member[], tree: Tree): object {
  const { name, version, description, engines, bin } = main.manifest;
  const strangers = members.filter((member) => member.manifest.version !== version);
  if (strangers.length > 0)
    throw new Error(`not of the version ${version}: ${strangers.map(nameOf).join(', ')}`);
  const entries = exportedModules(main);
  return {
    name,
    version,
    description,
    license: 'MIT',
    type: 'module',
    engines,
    ...(bin && { bin: mapValues(bin, (path) => packedPath(main.shortName, path)) }),
    exports: {
      ...Object.fromEntries(entries.map(([subpath, path]) => [subpath, conditionsOf(path)])),
      ...schemasIn(tree),
      './package.json': './package.json',
    },
    ...legacyFields(entries),
    ...dependenciesOf(members, tree),
  };
}

/** The JSON Schemas for editors, which are at the top. */
function schemasIn(tree: Tree): Readonly<Record<string, string>> {
  const names = [...tree.keys()].filter((path) => /^[a-z]+\.schema\.json$/.test(path));
  return Object.fromEntries(names.map((name) => [`./${name}`, `./${name}`]));
}

/** The modules that a package of the workspace exports: their subpaths, and their paths when packed. */
export function exportedModules(main: Member): readonly (readonly [subpath: string, path: string])[] {
  return Object.keys(main.manifest.exports ?? {}).map((subpath) => [subpath, exportedFile(main, subpath)]);
}

function conditionsOf(path: string): object {
  const forms = { import: path, require: toCommonJs(path) };
  return mapValues(forms, (file) => ({ types: `./${declarationOf(file)}`, default: `./${file}` }));
}

/** For TypeScript with `"moduleResolution": "node10"`, which does not read `exports`. */
function legacyFields(entries: readonly (readonly [string, string])[]): object {
  const [, main] = entries.find(([subpath]) => subpath === '.') ?? [];
  if (main !== undefined)
    return { main: `./${toCommonJs(main)}`, types: `./${declarationOf(toCommonJs(main))}` };
  const paths = entries.map(([subpath, path]) => [
    subpath.slice(2),
    [`./${declarationOf(toCommonJs(path))}`],
  ]);
  return { typesVersions: { '*': Object.fromEntries(paths) } };
}

/** The versions of all imported packages. @throws Error for one that is not imported, or not a dependency. */
function dependenciesOf(members: readonly Member[], tree: Tree): object {
  const own = new Set(members.map(nameOf));
  const dependencies = unite(members, 'dependencies', own);
  const optionalDependencies = unite(members, 'optionalDependencies', own);
  const known = new Set(Object.keys({ ...dependencies, ...optionalDependencies }));
  const imported = importedPackages(
    tree,
    (path) => /\.c?js$/.test(path) && !/^(?:page|templates)\//.test(path),
  );
  const unknown = [...imported].filter((name) => !known.has(name));
  const unused = [...known].filter((name) => !imported.has(name));
  if (unknown.length + unused.length > 0) {
    throw new Error(
      `imported, but no dependency: ${unknown.join(', ')}; never imported: ${unused.join(', ')}`,
    );
  }
  return {
    ...(Object.keys(dependencies).length > 0 && { dependencies }),
    ...(Object.keys(optionalDependencies).length > 0 && { optionalDependencies }),
  };
}

function unite(
  members: readonly Member[],
  field: 'dependencies' | 'optionalDependencies',
  own: ReadonlySet<string>,
): Versions {
  const versions = new Map<string, string>();
  for (const { manifest } of members) {
    for (const [name, range] of Object.entries(manifest[field] ?? {})) {
      if (own.has(name)) continue;
      if ((versions.get(name) ?? range) !== range) throw new Error(`${name} is wanted in two versions`);
      versions.set(name, range);
    }
  }
  return Object.fromEntries([...versions].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function nameOf({ manifest }: { readonly manifest: Manifest }): string {
  return manifest.name;
}

function mapValues<V, R>(values: Readonly<Record<string, V>>, map: (value: V) => R): Record<string, R> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, map(value)]));
}
