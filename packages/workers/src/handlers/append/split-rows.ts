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
    const size = sizeOf(row);
    bytes += size;
    if (bytes > maxBytes) {
      parts.push([]);
      bytes = size;
    }
    parts.at(-1)?.push(row);
  }
  return parts;
}

/** A character of a column's text may take three bytes, or be escaped. */
function sizeOf({ json, columns = [] }: Row): number {
  return columns.reduce((bytes, text) => bytes + 3 * (text?.length ?? 0), json.length);
}
