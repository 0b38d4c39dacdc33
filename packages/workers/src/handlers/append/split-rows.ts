import type { Row } from './row.ts';

/** Far below the limit of a PostgreSQL parameter (1 GiB), and large enough for speed. */
const maxStatementBytes = 16 * 1024 * 1024;

/** Splits a batch, in order, into parts that fit into one statement each; a longer row is its own part. */
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
