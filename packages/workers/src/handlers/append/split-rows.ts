import type { Row } from './row.ts';

/** Far below what a parameter of PostgreSQL (1 GiB) can hold, and plenty for speed. */
const maxStatementBytes = 16 * 1024 * 1024;

/** Cuts a batch, in its order, into parts that fit into a statement each; a longer row is a part of its own. */
export function splitRows<R extends Row>(
  rows: readonly R[],
  maxBytes: number = maxStatementBytes,
): readonly (readonly R[])[] {
  const parts: R[][] = [];
  let bytes = Infinity;
  for (const row of rows) {
    bytes += row.json.length;
    if (bytes > maxBytes) {
      parts.push([]);
      bytes = row.json.length;
    }
    parts.at(-1)?.push(row);
  }
  return parts;
}
