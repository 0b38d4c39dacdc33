import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path/posix';
import ts from 'typescript';
import { isUp, type PackagePlan, type Shelf, shelvesOf } from './plan.ts';

/** The figures of a package. */
export interface Count {
  readonly files: number;
  readonly folders: number;
  /** Imports, type imports included, that go against the order of the shelves, as `from → to`. */
  readonly up: readonly string[];
  /** Import cycles between files, type imports included. */
  readonly circles: readonly (readonly string[])[];
  /** The longest chain of folders that import one another, the highest first. */
  readonly chain: readonly string[];
}

type Graph = ReadonlyMap<string, readonly string[]>;

/** Counts what a package's `src` contains, and finds what violates the plan. */
export function countPackage(folder: string, plan: PackagePlan): Count {
  const imports = readImports(folder);
  const arrows = [...imports].flatMap(([from, targets]) => targets.map((to) => [from, to] as const));
  const folders = new Map<string, string[]>([...imports.keys()].map((file) => [dirname(file), []]));
  for (const [from, to] of arrows) {
    if (dirname(from) !== dirname(to)) folders.get(dirname(from))?.push(dirname(to));
  }
  return {
    files: imports.size,
    folders: folders.size,
    up: arrows
      .filter(([from, to]) => isUp(shelfOf(from, plan), shelfOf(to, plan)))
      .map(([from, to]) => `${from} → ${to}`),
    circles: circlesOf(imports),
    chain: longestChain(folders),
  };
}

/** The files that each file of a folder imports, as paths from it. */
function readImports(folder: string): Graph {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => file.endsWith('.ts'));
  return new Map(
    files.map((file) => {
      const { importedFiles } = ts.preProcessFile(readFileSync(join(folder, file), 'utf8'), true, true);
      const own = importedFiles.filter(({ fileName }) => /^\.{1,2}\/.*\.ts$/.test(fileName));
      return [file, own.map(({ fileName }) => join(dirname(file), fileName))];
    }),
  );
}

function shelfOf(file: string, plan: PackagePlan): Shelf {
  const [own] = shelvesOf(plan)
    .filter(({ name }) => name === '' || file.startsWith(`${name}/`))
    .toSorted((a, b) => b.name.length - a.name.length);
  if (!own) throw new TypeError(`no shelf for ${file}`);
  return own;
}

/** The strongly connected sets of more than one file (Tarjan 1972). */
function circlesOf(graph: Graph): string[][] {
  const found: string[][] = [];
  const order = new Map<string, number>();
  const low = new Map<string, number>();
  const open: string[] = [];
  const visit = (file: string): number => {
    const at = order.size;
    order.set(file, at);
    low.set(file, at);
    open.push(file);
    for (const next of graph.get(file) ?? []) {
      if (!order.has(next)) low.set(file, Math.min(low.get(file) ?? at, visit(next)));
      else if (open.includes(next)) low.set(file, Math.min(low.get(file) ?? at, order.get(next) ?? at));
    }
    if (low.get(file) === at) {
      const circle = open.splice(open.indexOf(file));
      if (circle.length > 1) found.push(circle);
    }
    return low.get(file) ?? at;
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return found;
}

/** The longest path through folders; a folder counts once, even in a cycle. */
function longestChain(graph: Graph): string[] {
  const known = new Map<string, string[]>();
  const chainFrom = (folder: string): string[] => {
    const before = known.get(folder);
    if (before) return before;
    known.set(folder, [folder]);
    const tails = [...new Set(graph.get(folder))].map(chainFrom);
    const [tail = []] = tails.toSorted((a, b) => b.length - a.length);
    const chain = [folder, ...tail];
    known.set(folder, chain);
    return chain;
  };
  const [longest = []] = [...graph.keys()].map(chainFrom).toSorted((a, b) => b.length - a.length);
  return longest.map((folder) => relative('.', folder) || 'src');
}
