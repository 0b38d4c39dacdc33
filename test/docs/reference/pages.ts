import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import ts from 'typescript';
import { formatDocComment, formatDocLine, type LinkTo, readDocComment } from './doc-comments.ts';
import { type Exported, type PublicModule } from './public-modules.ts';
import { memberSignature, privateTypesOf, referencesOf, signatureOf } from './signatures.ts';

/** The exports of each public module. */
type AllExports = ReadonlyMap<PublicModule, readonly Exported[]>;

/** The reference: the text of each page by its path. */
export function referencePages(all: AllExports): ReadonlyMap<string, string> {
  return new Map(
    [...all].map(([module, exported]) => [module.page, formatPage(module, exported, linksFrom(module, all))]),
  );
}

function formatPage(module: PublicModule, exported: readonly Exported[], linkTo: LinkTo): string {
  const {
    name,
    guide: [page, title],
  } = module;
  const head = [
    `# ${name}`,
    '<!-- Written by `npm run docs:reference` from the doc comments of the sources. -->',
    `${introductionOf(module)} [${title}](../${page}) shows how to use it. All properties are read-only.`,
  ];
  return `${[...head, ...exported.map((one) => formatExport(one, linkTo))].join('\n\n')}\n`;
}

/** The doc comment at the top of the module's source. */
function introductionOf({ source }: PublicModule): string {
  const [, text] = /^\/\*\* (.*?) \*\/$/m.exec(readFileSync(source, 'utf8')) ?? [];
  if (text === undefined) throw new Error(`${source} does not say what it is`);
  return text;
}

function formatExport({ name, declaration }: Exported, linkTo: LinkTo): string {
  const names = new Set(
    [declaration, ...privateTypesOf(declaration)].flatMap((node) => [...referencesOf(node)]),
  );
  names.delete(name);
  const links = [...names].flatMap((name) => linkTo(name) ?? []).toSorted();
  const parts = [
    `## ${name}`,
    `\`\`\`ts\n${signatureOf(declaration)}\n\`\`\``,
    formatDocComment(readDocComment(declaration), linkTo),
    formatMembers(declaration, linkTo),
    links.length > 0 ? `See also ${links.join(', ')}.` : '',
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

function formatMembers(declaration: Exported['declaration'], linkTo: LinkTo): string {
  if (!ts.isClassDeclaration(declaration) && !ts.isInterfaceDeclaration(declaration)) return '';
  return declaration.members
    .flatMap((member) => {
      const signature = memberSignature(member);
      if (signature === undefined) return [];
      const doc = formatDocLine(readDocComment(member), linkTo);
      return [`- ${asCode(signature)}${doc === '' ? '' : `: ${doc}`}`];
    })
    .join('\n');
}

function asCode(text: string): string {
  return text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``;
}

/** Links from a page to exported names, on the same page if it has them. */
function linksFrom(module: PublicModule, all: AllExports): LinkTo {
  return (name) => {
    const having = [...all].filter(([, exported]) => exported.some((one) => one.name === name));
    const target = having.find(([{ page }]) => page === module.page) ?? having[0];
    if (!target) return undefined;
    const path = target[0] === module ? '' : posix.basename(target[0].page);
    return `[${name}](${path}#${name.toLowerCase()})`;
  };
}
