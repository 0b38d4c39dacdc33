import ts from 'typescript';

/** A module that users import. */
export interface PublicModule {
  /** The name that they import. */
  readonly name: string;
  readonly source: string;
  /** Its page. */
  readonly page: string;
  /** A page that explains how to use it, and its title. */
  readonly guide: readonly [page: string, title: string];
}

export const publicModules: readonly PublicModule[] = [
  {
    name: 'restmapper/worker',
    source: 'packages/cli/src/worker.ts',
    page: 'docs/reference/worker.md',
    guide: ['workers.md', 'Workers'],
  },
  {
    name: 'restmapper/testing',
    source: 'packages/cli/src/testing.ts',
    page: 'docs/reference/testing.md',
    guide: ['testing.md', 'Testing'],
  },
  {
    name: 'restmapper/embed',
    source: 'packages/cli/src/embed.ts',
    page: 'docs/reference/embed.md',
    guide: ['install.md', 'Installing'],
  },
  {
    name: '@restmapper/client',
    source: 'packages/client/src/index.ts',
    page: 'docs/reference/client.md',
    guide: ['live-updates.md', 'Live updates'],
  },
];

/** What can be declared under an exported name here. */
export type Declaration =
  | ts.FunctionDeclaration
  | ts.ClassDeclaration
  | ts.InterfaceDeclaration
  | ts.TypeAliasDeclaration;

/** A name that a public module exports. */
export interface Exported {
  readonly name: string;
  readonly declaration: Declaration;
}

/** The exports of all public modules: functions, then classes, then types, each by name. */
export function readExports(): ReadonlyMap<PublicModule, readonly Exported[]> {
  const program = ts.createProgram(
    publicModules.map(({ source }) => source),
    {
      module: ts.ModuleKind.NodeNext,
      customConditions: ['@restmapper/source'],
      allowImportingTsExtensions: true,
      noEmit: true,
      noLib: true,
      types: [],
    },
  );
  const checker = program.getTypeChecker();
  return new Map(publicModules.map((module) => [module, exportsOf(module, program, checker)]));
}

function exportsOf(
  { source }: PublicModule,
  program: ts.Program,
  checker: ts.TypeChecker,
): readonly Exported[] {
  const file = program.getSourceFile(source);
  const symbol = file && checker.getSymbolAtLocation(file);
  if (!symbol) throw new Error(`${source} exports nothing`);
  const order = (a: Exported, b: Exported): number =>
    rankOf(a.declaration) - rankOf(b.declaration) || (a.name < b.name ? -1 : 1);
  return checker
    .getExportsOfModule(symbol)
    .map((exported) => ({ name: exported.name, declaration: declarationOf(exported, checker) }))
    .toSorted(order);
}

function declarationOf(symbol: ts.Symbol, checker: ts.TypeChecker): Declaration {
  const isAlias = (symbol.flags & ts.SymbolFlags.Alias) !== 0;
  const { declarations = [] } = isAlias ? checker.getAliasedSymbol(symbol) : symbol;
  const found = declarations.find(isDeclaration);
  if (!found) throw new Error(`the reference cannot describe what ${symbol.name} is`);
  return found;
}

export function isDeclaration(node: ts.Node): node is Declaration {
  return (
    ts.isFunctionDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node)
  );
}

function rankOf(declaration: Declaration): number {
  if (ts.isFunctionDeclaration(declaration)) return 0;
  return ts.isClassDeclaration(declaration) ? 1 : 2;
}
