import type { Document, YAMLError } from 'yaml';
import type { Report } from './report.ts';

export interface SyntaxOptions {
  readonly source: string;
  readonly report: Report;
}

/**
 * Reports what makes a text no YAML, the first error of each line, since the others follow from it.
 *
 * @returns whether there was anything.
 */
export function reportSyntax(document: Document, { source, report }: SyntaxOptions): boolean {
  const errors: readonly YAMLError[] = [...document.errors, ...document.warnings];
  const lines = new Set<number>();
  for (const error of [...errors].sort((a, b) => a.pos[0] - b.pos[0])) {
    const { line } = report.lineCounter.linePos(error.pos[0]);
    if (!lines.has(line)) report.atOffset(error.pos[0], describe(error, source));
    lines.add(line);
  }
  return errors.length > 0;
}

function describe({ code, message, pos }: YAMLError, source: string): string {
  if (source.slice(pos[0] - 1, pos[0] + 1) === '${') {
    return 'a `${…}` between `{ }` or `[ ]` must be quoted, or stand on a line of its own';
  }
  if (code === 'MULTIPLE_DOCS') return 'the file holds a second document; remove this `---`';
  if (message.includes('flow-error-end')) return 'a `{` or `[` before this is not closed';
  return message.charAt(0).toLowerCase() + message.slice(1);
}
