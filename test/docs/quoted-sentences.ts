import { readdirSync, readFileSync } from 'node:fs';
import ts from 'typescript';

/** The sentences in the first column of a file's tables, formatted as code; `…` stands for any text. */
export function quotedSentences(document: string): readonly string[] {
  const rows = readFileSync(document, 'utf8').matchAll(/^\| (`+) ?(.+?) ?\1 \|/gm);
  return [...rows].map(([, , sentence = '']) => sentence);
}

/** Every text in the packages' sources, with `…` for interpolated values. */
export function sourceTexts(): ReadonlySet<string> {
  const texts = new Set<string>();
  for (const file of readdirSync('packages', { recursive: true, encoding: 'utf8' })) {
    if (!/^[^/]+\/src\/.*\.ts$/.test(file)) continue;
    const source = readFileSync(`packages/${file}`, 'utf8');
    collect(ts.createSourceFile(file, source, ts.ScriptTarget.ES2023), texts);
  }
  return texts;
}

function collect(node: ts.Node, texts: Set<string>): void {
  const text = textOf(node);
  if (text !== undefined) texts.add(text);
  node.forEachChild((child) => collect(child, texts));
}

/** The text of a literal, a template, or a sum of these; `undefined` for anything else. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isTemplateExpression(node)) {
    return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)]
      .join('…')
      .replaceAll(/…+/g, '…');
  }
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return undefined;
  const [left, right] = [textOf(node.left), textOf(node.right)];
  return left === undefined || right === undefined ? undefined : left + right;
}
