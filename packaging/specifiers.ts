import ts from 'typescript';

/** The name of a module in a file: the text between the quotes. */
export interface Specifier {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Whether it is the path of a file for `new URL(…, import.meta.url)`. */
  readonly isUrl: boolean;
}

/** Finds all modules and files that a JavaScript or declaration file names. */
export function findSpecifiers(fileName: string, text: string): readonly Specifier[] {
  const source = ts.createSourceFile(fileName, text, ts.ScriptTarget.Latest, true);
  const found: Specifier[] = [];
  const visit = (node: ts.Node): void => {
    const literal = literalOf(node);
    if (literal) {
      const [start, end] = [literal.getStart(source) + 1, literal.end - 1];
      found.push({ text: literal.text, start, end, isUrl: ts.isNewExpression(node) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The text with each module name replaced. */
export function rewriteSpecifiers(
  { fileName, text }: { readonly fileName: string; readonly text: string },
  rewrite: (specifier: string) => string,
): string {
  return findSpecifiers(fileName, text)
    .filter(({ isUrl }) => !isUrl)
    .toReversed()
    .reduce(
      (text, { text: name, start, end }) => text.slice(0, start) + rewrite(name) + text.slice(end),
      text,
    );
}

function literalOf(node: ts.Node): ts.StringLiteralLike | undefined {
  const name = nameOf(node);
  return name && ts.isStringLiteralLike(name) ? name : undefined;
}

/** The name of a module in a node, if there is one. */
function nameOf(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? node.argument.literal : undefined;
  if (ts.isModuleDeclaration(node)) return node.name;
  if (ts.isExternalModuleReference(node)) return node.expression;
  if (ts.isCallExpression(node)) return namesModule(node) ? node.arguments[0] : undefined;
  return ts.isNewExpression(node) && isFileUrl(node) ? node.arguments?.[0] : undefined;
}

function namesModule({ expression }: ts.CallExpression): boolean {
  return (
    expression.kind === ts.SyntaxKind.ImportKeyword ||
    ['require', 'require.resolve', 'import.meta.resolve'].includes(expression.getText())
  );
}

/** `new URL('./thread.js', import.meta.url)` */
function isFileUrl(node: ts.NewExpression): boolean {
  return node.expression.getText() === 'URL' && node.arguments?.[1]?.getText() === 'import.meta.url';
}
