import { Composer, type CST, type Document, Parser, type YAMLError } from 'yaml';
import type { Report } from './report.ts';
import { describeSyntaxError, isMissingQuote, missingBracket } from './syntax-error.ts';

interface Parsed {
  readonly source: string;
  readonly tokens: readonly CST.Token[];
  readonly report: Report;
}

/** The maximum nesting of collections. */
export const maxDepth = 100;

/**
 * Parses YAML 1.2 with its core schema; after errors, which go to the report, the result is undefined.
 *
 * The nesting of tokens is checked before nodes are created, which takes stack for every level; a stack
 * overflow inside a regular expression would end the process.
 */
export function parseYaml(source: string, report: Report): Document.Parsed | undefined {
  const tokens = [...new Parser(report.lineCounter.addNewLine).parse(source)];
  const tooDeep = findDeeper(tokens, maxDepth);
  if (tooDeep) {
    report.atOffset(tooDeep.offset, `collections must not be nested deeper than ${maxDepth} levels`);
    return undefined;
  }
  const composer = new Composer({
    resolveKnownTags: false,
    schema: 'core',
    uniqueKeys: false,
    version: '1.2',
  });
  const [document, second] = composer.compose(tokens, true, source.length);
  if (second) report.atOffset(second.range[0], 'a second document begins here; the file holds only one');
  if (!document || reportErrors(document, { source, tokens, report }) || second) return undefined;
  return document;
}

/** Finds a token nested too deeply. */
function findDeeper(tokens: readonly CST.Token[], levels: number): CST.Token | undefined {
  let layer: readonly CST.Token[] = tokens;
  for (let level = 0; level <= levels && layer.length > 0; level += 1) layer = layer.flatMap(children);
  return layer[0];
}

function children(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value ? [token.value] : [];
  if (!('items' in token)) return [];
  return token.items.flatMap(({ key, value }) => [key, value].filter((child) => child != null));
}

/** Reports errors, except those that follow from another. */
function reportErrors(document: Document.Parsed, { source, tokens, report }: Parsed): boolean {
  const errors = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  const told = new Set<number | string>();
  for (const error of errors) {
    const fault = describeSyntaxError(error, source);
    const { line } = report.lineCounter.linePos(error.pos[0]);
    const offset = isMissingQuote(error) ? openingQuote(tokens, fault.offset) : fault.offset;
    const cause = causeOf(error);
    if (!told.has(line) && (cause === undefined || !told.has(cause))) report.atOffset(offset, fault.message);
    told.add(line);
    if (cause !== undefined) told.add(cause);
  }
  return errors.length > 0;
}

/** What further errors of this kind follow from: one bracket unclosed, or an editor that indents with tabs. */
function causeOf(error: YAMLError): string | undefined {
  if (missingBracket(error) !== undefined) return 'a missing bracket';
  return error.code === 'TAB_AS_INDENT' ? error.code : undefined;
}

/** Where the text begins that has no closing quote up to an offset. */
function openingQuote(tokens: readonly CST.Token[], end: number): number {
  const quoted = tokens
    .flatMap(descendants)
    .filter(({ type }) => type === 'double-quoted-scalar' || type === 'single-quoted-scalar');
  return quoted.findLast(({ offset }) => offset < end)?.offset ?? end;
}

function descendants(token: CST.Token): readonly CST.Token[] {
  return [token, ...children(token).flatMap(descendants)];
}
