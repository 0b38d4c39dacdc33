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

/** An array in PostgreSQL's notation: `{a,"b c","d \\"e\\"",NULL}`. */
function arrayText(values: readonly (string | null)[]): string {
  let text = '{';
  for (const value of values) {
    if (text.length > 1) text += ',';
    text += value === null ? 'NULL' : elementText(value);
  }
  return `${text}}`;
}

/** Texts that need no quotes, which would be escaped once more; none is empty, or NULL in any case. */
const unquoted = /^(?!null$)[\w.:+-]+$/i;

function elementText(value: string): string {
  if (unquoted.test(value)) return value;
  if (!/["\\]/.test(value)) return `"${value}"`;
  return `"${value.replace(/["\\]/g, String.raw`\$&`)}"`;
}
