import { Composer, type CST, type Document, Parser } from 'yaml';
import type { Report } from './report.ts';
import { describeSyntaxError } from './syntax-error.ts';

/** How deep collections may stand in one another. */
export const maxDepth = 100;

/**
 * Parses YAML 1.2 with its core schema; after errors, which go to the report, the result is undefined.
 *
 * The tokens are measured before nodes are made of them: that takes stack for every level, and
 * running out of stack inside of a regular expression would end the process.
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
  if (!document || reportErrors(document, source, report) || second) return undefined;
  return document;
}

/** Finds a token below more than so many others. */
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

/** Reports the first error of each line, since the others follow from it. */
function reportErrors(document: Document.Parsed, source: string, report: Report): boolean {
  const errors = [...document.errors, ...document.warnings].sort((a, b) => a.pos[0] - b.pos[0]);
  const lines = new Set<number>();
  for (const error of errors) {
    const [offset] = error.pos;
    const { line } = report.lineCounter.linePos(offset);
    if (!lines.has(line)) report.atOffset(offset, describeSyntaxError(error, source));
    lines.add(line);
  }
  return errors.length > 0;
}
