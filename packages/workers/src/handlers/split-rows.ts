import type { Row } from './append.ts';

/** Far below what a JavaScript string (512 MiB) or a parameter of PostgreSQL (1 GiB) can hold, and plenty for speed. */
const maxStatementChars = 16 * 1024 * 1024;

/** Cuts a batch, in its order, into parts that fit into a statement each; a longer row is a part of its own. */
export function splitRows<R extends Row>(
  rows: readonly R[],
  maxChars: number = maxStatementChars,
): readonly (readonly R[])[] {
  const parts: R[][] = [];
  let chars = Infinity;
  for (const row of rows) {
    chars += row.json.length;
    if (chars > maxChars) {
      parts.push([]);
      chars = row.json.length;
    }
    parts.at(-1)?.push(row);
  }
  return parts;
}
