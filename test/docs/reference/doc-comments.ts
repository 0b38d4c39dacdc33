import ts from 'typescript';

/** The content of a doc comment. */
export interface DocComment {
  readonly text: string;
  readonly tags: readonly { readonly name: string; readonly text: string }[];
}

/** Reads the doc comment of a declaration or a member; it is empty if there is none. */
export function readDocComment(node: ts.Node): DocComment {
  const doc = ts.getJSDocCommentsAndTags(node).findLast(ts.isJSDoc);
  const tags = doc?.tags?.map((tag) => ({ name: tag.tagName.text, text: tagText(tag) })) ?? [];
  return { text: textOf(doc?.comment), tags };
}

function textOf(comment: ts.JSDoc['comment']): string {
  return ts.getTextOfJSDocComment(comment)?.trim() ?? '';
}

/** The text after a tag; TypeScript takes the beginning of a URL after `@see` for a name. */
function tagText(tag: ts.JSDocTag): string {
  return ts.isJSDocSeeTag(tag)
    ? tag
        .getText()
        .replace(/^@see\s+/, '')
        .replace(/[\s*]+$/, '')
    : textOf(tag.comment);
}

/** Resolves a name to a link; `undefined` if no page has it. */
export type LinkTo = (name: string) => string | undefined;

/** Formats a doc comment as Markdown. */
export function formatDocComment({ text, tags }: DocComment, linkTo: LinkTo): string {
  const paragraphs = [text, ...tags.map((tag) => formatTag(tag, linkTo))].filter((part) => part !== '');
  return withLinks(paragraphs.join('\n\n'), linkTo);
}

/** Formats a doc comment as Markdown in one line, for an item of a list. */
export function formatDocLine(comment: DocComment, linkTo: LinkTo): string {
  return formatDocComment(comment, linkTo)
    .replaceAll(/\s*\n\s*/g, ' ')
    .trim();
}

function formatTag({ name, text }: DocComment['tags'][number], linkTo: LinkTo): string {
  if (name === 'default') return `Default: ${endSentence(text)}`;
  if (name === 'see') return `See ${text}.`;
  if (name !== 'throws') throw new Error(`the reference has no form for @${name}`);
  const thrown = text.replaceAll(/\b[A-Z]\w+(?=\b)/g, (word) => linkTo(word) ?? word);
  return `Throws ${endSentence(thrown)}`;
}

function endSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function withLinks(markdown: string, linkTo: LinkTo): string {
  return markdown
    .replaceAll(/\{@link (\w+)\}/g, (_all, name: string) => linkTo(name) ?? `\`${name}\``)
    .replaceAll(/(?<!\()docs\/([\w-]+)\.md/g, '[$1](../$1.md)');
}
