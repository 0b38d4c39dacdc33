import type { ExtraColumn } from '../../database/extras.ts';
import type { Row } from './row.ts';

/** The parameters `names`, `types` and `columns` of `restmapper_append`. */
export function columnArrays(
  columns: readonly ExtraColumn[],
  rows: readonly Row[],
): readonly (readonly string[])[] {
  return [
    columns.map(({ name }) => name),
    columns.map(({ type }) => type),
    columns.map((_column, place) => arrayText(rows.map((row) => row.columns?.[place] ?? null))),
  ];
}

/** An array in PostgreSQL's notation: `{"a","b \\"c\\"",NULL}`. */
function arrayText(values: readonly (string | null)[]): string {
  return `{${values.map((value) => (value === null ? 'NULL' : quoted(value))).join()}}`;
}

function quoted(value: string): string {
  if (!/["\\]/.test(value)) return `"${value}"`;
  return `"${value.replace(/["\\]/g, String.raw`\$&`)}"`;
}
