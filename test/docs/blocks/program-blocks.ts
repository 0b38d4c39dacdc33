import { dirname, join, resolve } from 'node:path';
import { parseEndpoints, typesOf } from '@restmapper/endpoints';
import ts from 'typescript';
import { type DocumentedBlock, placeOf } from './documented-blocks.ts';

/** Names that blocks use without saying where they are from. */
const frame = `
declare const live: import('@restmapper/client').Live;
declare function save(data: unknown): Promise<void>;
declare function consumeFrom(url: string): Promise<string[]>;
declare function publishTo(url: string, message: string): Promise<void>;
`;

const options: ts.CompilerOptions = {
  strict: true,
  noUncheckedIndexedAccess: true,
  module: ts.ModuleKind.NodeNext,
  moduleDetection: ts.ModuleDetectionKind.Force,
  target: ts.ScriptTarget.ES2023,
  lib: ['lib.es2023.d.ts', 'lib.dom.d.ts', 'lib.dom.asynciterable.d.ts'],
  types: ['node', 'mocha'],
  typeRoots: [resolve('node_modules/@types')],
  customConditions: ['@restmapper/source'],
  allowImportingTsExtensions: true,
  allowJs: true,
  checkJs: true,
  noImplicitAny: true,
  skipLibCheck: true,
  noEmit: true,
};

/** TypeScript's codes for values without a type, which JavaScript may use. */
const untyped = [7006, 7031, 18046];

/** What is wrong with the types of blocks in TypeScript and JavaScript. */
export function problemsOfPrograms(
  blocks: readonly DocumentedBlock[],
  all: readonly DocumentedBlock[],
): readonly string[] {
  const files = new Map(blocks.map((block) => [fileOf(block), block.text]));
  for (const block of blocks) {
    const types = join(fileOf(block), '../endpoints.types.ts');
    if (block.text.includes("'./endpoints.types.ts'")) files.set(types, typesFor(block, all));
  }
  const frameFile = resolve('docs/blocks/frame.d.ts');
  const program = createProgram(new Map([...files, [frameFile, frame]]));
  return blocks.flatMap((block) => {
    const source = program.getSourceFile(fileOf(block));
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    return found
      .filter(({ code }) => block.language === 'ts' || !untyped.includes(code))
      .map(({ messageText }) => `${placeOf(block)}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`);
  });
}

/** Where a block would be, three folders deep, as a package's test; its first line may name it. */
function fileOf({ document, line, language, attributes, text }: DocumentedBlock): string {
  const [, named] = /^\/\/ (\S+\.[jt]s)\n/.exec(text) ?? [];
  return resolve(
    'docs/blocks',
    document.replaceAll('/', '-'),
    attributes['file'] ?? named ?? `${line}.${language}`,
  );
}

/** What `restmapper types` prints for the file in the same document that has the endpoint. */
function typesFor({ document, text }: DocumentedBlock, all: readonly DocumentedBlock[]): string {
  const [, key = ''] = /Endpoints\['(.+?)'\]/.exec(text) ?? [];
  const file = all.find((block) => block.document === document && block.text.includes(`  ${key}:\n`));
  return typesOf(parseEndpoints(file?.text ?? '', { file: 'endpoints.yaml', directory: '/' }));
}

function createProgram(files: ReadonlyMap<string, string>): ts.Program {
  const host = ts.createCompilerHost(options);
  const { fileExists, directoryExists, readFile, getSourceFile } = host;
  const folders = new Set([...files.keys()].map((path) => dirname(path)));
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.directoryExists = (path) => folders.has(path) || directoryExists?.(path) === true;
  host.readFile = (path) => files.get(path) ?? readFile(path);
  host.getSourceFile = (path, version, ...rest) => {
    const text = files.get(path);
    return text === undefined
      ? getSourceFile(path, version, ...rest)
      : ts.createSourceFile(path, text, version);
  };
  return ts.createProgram([...files.keys()], options, host);
}
