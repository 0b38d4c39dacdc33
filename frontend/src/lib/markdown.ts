/** A piece of a line. */
export type Inline =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'strong'; readonly content: readonly Inline[] }
  | { readonly kind: 'em'; readonly content: readonly Inline[] }
  | { readonly kind: 'link'; readonly href: string; readonly content: readonly Inline[] };

export type Block =
  | { readonly kind: 'paragraph' | 'heading' | 'quote'; readonly content: readonly Inline[] }
  | { readonly kind: 'list'; readonly isOrdered: boolean; readonly items: readonly (readonly Inline[])[] }
  | { readonly kind: 'code'; readonly text: string };

/** Longer descriptions are truncated. */
const maxCharacters = 20_000;

const heading = /^ {0,3}#{1,6}\s+(.*?)\s*#*$/;
const bullet = /^\s*[-*+]\s+(.*)$/;
const number = /^\s*\d{1,9}[.)]\s+(.*)$/;
const quote = /^ {0,3}>\s?(.*)$/;
const fence = /^ {0,3}(```|~~~)/;

/**
 * Parses a subset of Markdown: paragraphs, headings, lists, quotes, code, emphasis and links.
 *
 * The result is data, not HTML: tags stay text, and links may lead only to web and mail addresses.
 *
 * @see https://spec.commonmark.org/
 */
export function parseMarkdown(text: string): readonly Block[] {
  const lines = text.slice(0, maxCharacters).replaceAll('\r\n', '\n').split('\n');
  const blocks: Block[] = [];
  let at = 0;
  while (at < lines.length) {
    const { block, next } = readBlock(lines, at);
    if (block !== undefined) blocks.push(block);
    at = next;
  }
  return blocks;
}

interface Read {
  readonly block: Block | undefined;
  readonly next: number;
}

function readBlock(lines: readonly string[], at: number): Read {
  const line = lines[at] ?? '';
  if (line.trim() === '') return { block: undefined, next: at + 1 };
  const mark = fence.exec(line)?.[1];
  if (mark !== undefined) return readCode(lines, { from: at + 1, mark });
  const title = heading.exec(line)?.[1];
  if (title !== undefined) {
    return { block: { kind: 'heading', content: parseInline(title) }, next: at + 1 };
  }
  for (const [pattern, isOrdered] of [
    [bullet, false],
    [number, true],
  ] as const) {
    if (pattern.test(line)) return readList(lines, { from: at, pattern, isOrdered });
  }
  if (quote.test(line)) {
    const { texts, next } = readWhile(lines, at, (line) => quote.exec(line)?.[1]);
    return { block: { kind: 'quote', content: parseInline(texts.join('\n')) }, next };
  }
  const { texts, next } = readWhile(lines, at, (line) => (begins(line) ? undefined : line.trim()));
  return { block: { kind: 'paragraph', content: parseInline(texts.join('\n')) }, next };
}

/** Whether a line ends a paragraph. */
function begins(line: string): boolean {
  return line.trim() === '' || [fence, heading, bullet, number, quote].some((pattern) => pattern.test(line));
}

function readWhile(lines: readonly string[], from: number, take: (line: string) => string | undefined) {
  const texts: string[] = [];
  for (let next = from; ; next += 1) {
    const line = lines[next];
    const text = line === undefined ? undefined : take(line);
    if (text === undefined) return { texts, next };
    texts.push(text);
  }
}

function readCode(lines: readonly string[], { from, mark }: { from: number; mark: string }): Read {
  const { texts, next } = readWhile(lines, from, (line) => (line.trim() === mark ? undefined : line));
  return { block: { kind: 'code', text: texts.join('\n') }, next: next + 1 };
}

interface ListPlace {
  readonly from: number;
  readonly pattern: RegExp;
  readonly isOrdered: boolean;
}

/** A line without a list marker continues the item before it. */
function readList(lines: readonly string[], { from, pattern, isOrdered }: ListPlace): Read {
  const items: string[] = [];
  const { next } = readWhile(lines, from, (line) => {
    const item = pattern.exec(line)?.[1];
    if (item === undefined && begins(line)) return undefined;
    if (item === undefined) items.push(`${items.pop() ?? ''}\n${line.trim()}`);
    else items.push(item);
    return line;
  });
  return { block: { kind: 'list', isOrdered, items: items.map((item) => parseInline(item)) }, next };
}

const maxDepth = 4;
const plain = /[^\\`*_[<]+/y;
const escaped = /\\([!-/:-@[-`{-~])/y;
const code = /`([^`]+)`/y;
const strong = /\*\*(?=\S)([^*]+)\*\*|__(?=\S)([^_]+)__/y;
const em = /\*(?=\S)([^*]+)\*|_(?=\S)([^_]+)_(?!\w)/y;
const link = /\[([^[\]]+)\]\(([^\s()]+)\)/y;
const address = /<([^\s<>]+)>/y;

/** Every pattern stops at its own marker, so that a text of only markers takes no longer. */
export function parseInline(text: string, depth = 0): readonly Inline[] {
  const pieces: Inline[] = [];
  let at = 0;
  while (at < text.length) {
    const { piece, next } = depth > maxDepth ? rest(text, at) : readPiece(text, { at, depth });
    const last = pieces.at(-1);
    // Adjacent text pieces are merged.
    if (piece.kind === 'text' && last?.kind === 'text') {
      pieces[pieces.length - 1] = { kind: 'text', text: last.text + piece.text };
    } else pieces.push(piece);
    at = next;
  }
  return pieces;
}

function rest(text: string, at: number) {
  return { piece: { kind: 'text', text: text.slice(at) } as const, next: text.length };
}

function readPiece(
  text: string,
  { at, depth }: { at: number; depth: number },
): { piece: Inline; next: number } {
  const match = (pattern: RegExp) => {
    pattern.lastIndex = at;
    return pattern.exec(text) ?? undefined;
  };
  for (const [pattern, make] of makers(depth)) {
    const found = match(pattern);
    const piece = found && make(found);
    if (found && piece) return { piece, next: at + found[0].length };
  }
  return { piece: { kind: 'text', text: text.charAt(at) }, next: at + 1 };
}

type Maker = (found: RegExpExecArray) => Inline | undefined;

function makers(depth: number): readonly (readonly [RegExp, Maker])[] {
  const inside = (text = '') => parseInline(text, depth + 1);
  return [
    [plain, ([whole]) => ({ kind: 'text', text: whole })],
    [escaped, ([, sign = '']) => ({ kind: 'text', text: sign })],
    [code, ([, text = '']) => ({ kind: 'code', text })],
    [strong, ([, stars, lines]) => ({ kind: 'strong', content: inside(stars ?? lines) })],
    [em, ([, star, line]) => ({ kind: 'em', content: inside(star ?? line) })],
    [link, ([, text, href = '']) => linkTo(href, inside(text))],
    [address, ([, href = '']) => linkTo(href, [{ kind: 'text', text: href }])],
  ];
}

/** Other targets, such as `javascript:`, are shown as plain text. */
function linkTo(href: string, content: readonly Inline[]): Inline | undefined {
  return /^(https?:\/\/|mailto:)[^\s]+$/i.test(href) && URL.canParse(href)
    ? { kind: 'link', href, content }
    : undefined;
}
