import ts from 'typescript';
import { type Declaration, isDeclaration } from './public-modules.ts';

/** A declaration without its body and members, followed by the private types that it refers to. */
export function signatureOf(declaration: Declaration): string {
  return [headOf(declaration), ...privateTypesOf(declaration).map((node) => `\n${shown(node)}`)].join('\n');
}

/** The types that a declaration refers to and its module does not export. */
export function privateTypesOf(declaration: Declaration): readonly Declaration[] {
  const candidates = declaration.getSourceFile().statements.filter(isDeclaration);
  const found = new Set<Declaration>();
  const collect = (from: Declaration): void => {
    const names = referencesOf(from);
    for (const node of candidates) {
      if (isExported(node) || found.has(node) || !names.has(node.name?.text ?? '')) continue;
      found.add(node);
      collect(node);
    }
  };
  collect(declaration);
  return [...found];
}

function headOf(declaration: Declaration): string {
  const name = declaration.name?.text ?? '';
  if (ts.isTypeAliasDeclaration(declaration)) return shown(declaration);
  if (ts.isFunctionDeclaration(declaration)) return `function ${name}${callOf(declaration, 80)}`;
  const kind = ts.isClassDeclaration(declaration) ? 'class' : 'interface';
  const heritage = declaration.heritageClauses?.map((clause) => ` ${clause.getText()}`).join('') ?? '';
  return `${kind} ${name}${typeParametersOf(declaration)}${heritage}`;
}

/** A member in one line; `undefined` if it is private, or only overrides an error's name. */
export function memberSignature(member: ts.TypeElement | ts.ClassElement): string | undefined {
  if (ts.isConstructorDeclaration(member)) return `new ${member.parent.name?.text ?? ''}${callOf(member)}`;
  const name = memberName(member);
  if (name === undefined) return undefined;
  if (ts.isMethodSignature(member) || ts.isMethodDeclaration(member)) {
    return `${name}${member.questionToken ? '?' : ''}${callOf(member)}`;
  }
  if (!ts.isPropertySignature(member) && !ts.isPropertyDeclaration(member)) return undefined;
  return `${name}${member.questionToken ? '?' : ''}: ${inOneLine(member.type?.getText() ?? 'unknown')}`;
}

function memberName({ name }: ts.TypeElement | ts.ClassElement): string | undefined {
  if (!name || ts.isPrivateIdentifier(name)) return undefined;
  // Members named by our own symbols only mark objects; users never write them.
  if (ts.isComputedPropertyName(name) && ts.isIdentifier(name.expression)) return undefined;
  const isErrorName = name.getText() === 'name' && ts.isClassDeclaration(name.parent.parent);
  return isErrorName ? undefined : name.getText();
}

/** Parameters and return type, in several lines if one would be longer than `maxLength`. */
function callOf(node: ts.SignatureDeclaration, maxLength = Infinity): string {
  const parameters = node.parameters.map(parameterOf);
  const returned = node.type ? `: ${inOneLine(node.type.getText())}` : '';
  const line = `${typeParametersOf(node)}(${parameters.join(', ')})${returned}`;
  if (line.length <= maxLength) return line;
  return `${typeParametersOf(node)}(\n${parameters.map((text) => `  ${text},\n`).join('')})${returned}`;
}

function parameterOf({
  name,
  type,
  initializer,
  questionToken,
  dotDotDotToken,
}: ts.ParameterDeclaration): string {
  const shown = ts.isIdentifier(name) ? name.text : 'options';
  const isOptional = initializer !== undefined || questionToken !== undefined;
  const typeText = type ? inOneLine(type.getText()) : typeOfLiteral(initializer);
  return `${dotDotDotToken ? '...' : ''}${shown}${isOptional ? '?' : ''}: ${typeText}`;
}

function typeOfLiteral(initializer: ts.Expression | undefined): string {
  if (initializer && ts.isStringLiteral(initializer)) return 'string';
  return initializer && ts.isNumericLiteral(initializer) ? 'number' : 'unknown';
}

function typeParametersOf({
  typeParameters,
}: {
  typeParameters?: ts.NodeArray<ts.TypeParameterDeclaration>;
}): string {
  return typeParameters ? `<${typeParameters.map((parameter) => parameter.getText()).join(', ')}>` : '';
}

/** The names of types that a declaration refers to, in order, without those of its private parts. */
export function referencesOf(declaration: Declaration): ReadonlySet<string> {
  const names = new Set<string>();
  const visit = (node: ts.Node): void => {
    if (ts.isBlock(node) || ts.isClassStaticBlockDeclaration(node) || ts.isPrivateIdentifier(node)) return;
    if (ts.isTypeReferenceNode(node)) names.add(node.typeName.getText());
    if (ts.isExpressionWithTypeArguments(node)) names.add(node.expression.getText());
    node.forEachChild(visit);
  };
  declaration.forEachChild(visit);
  return names;
}

function isExported(declaration: Declaration): boolean {
  return declaration.modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) ?? false;
}

/** The text of a declaration, as in its source. */
function shown(declaration: Declaration): string {
  return declaration
    .getText()
    .replace(/^export /, '')
    .replace(/;$/, '');
}

function inOneLine(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/([([{<]) /g, '$1')
    .replaceAll(/,? ([)\]>])/g, '$1');
}
