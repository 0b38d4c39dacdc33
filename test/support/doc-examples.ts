import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';

/** An example in the doc comment of an exported function, which can be pasted into a module of its own. */
export interface DocExample {
  /** The function's name. */
  readonly name: string;
  readonly text: string;
}

/** Finds the examples in the packages' sources: each TypeScript block that imports one of them. */
export function findDocExamples(): readonly DocExample[] {
  return readdirSync('packages', { recursive: true, encoding: 'utf8' })
    .filter((file) => /^[^/]+\/src\/.*\.ts$/.test(file))
    .flatMap((file) => examplesIn(readFileSync(`packages/${file}`, 'utf8')));
}

function examplesIn(source: string): readonly DocExample[] {
  if (!source.includes('```ts')) return [];
  const { statements } = ts.createSourceFile('source.ts', source, ts.ScriptTarget.ES2023);
  return statements.filter(isExportedFunction).flatMap((statement) => {
    const name = statement.name?.text ?? '';
    return blocksIn(docOf(statement, source)).map((text) => ({ name, text }));
  });
}

function isExportedFunction(statement: ts.Statement): statement is ts.FunctionDeclaration {
  return (
    ts.isFunctionDeclaration(statement) &&
    statement.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true
  );
}

/** The text of the doc comment before a statement, without its stars. */
function docOf(statement: ts.Statement, source: string): string {
  const comment = ts.getLeadingCommentRanges(source, statement.getFullStart())?.at(-1);
  return comment ? source.slice(comment.pos, comment.end).replaceAll(/^ *\* ?/gm, '') : '';
}

function blocksIn(doc: string): readonly string[] {
  return [...doc.matchAll(/^```ts\n(.*?)^```$/gms)]
    .map(([, text = '']) => text)
    .filter((text) => /from '(?:@restmapper|restmapper)\//.test(text));
}

/** The output that the comments after `console.log(…);` state. */
export function expectedOutput(text: string): string {
  return [...text.matchAll(/console\.log\(.*; \/\/ (.*)$/gm)].map(([, line]) => `${line}\n`).join('');
}
