import type { SqlField, SqlPage } from '@restmapper/workers';
import { escapeControls } from '../dead-letters/letter-text.ts';
import type { RowFormat } from './row-format.ts';
import { cutText, widthOf } from './text-width.ts';

export interface TableOptions {
  /** Longer values are cut. @default none is */
  readonly maxValueWidth?: number;
}

/** OIDs of int8, int2, int4, oid, float4, float8, money and numeric. */
const rightAligned = new Set([20, 21, 23, 26, 700, 701, 790, 1700]);

/** Line feeds and tabs by their usual escapes. */
const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A table for people, with columns that are aligned within a page; NULL is shown, and control characters are escaped. */
export function createTableFormat({
  maxValueWidth = Number.POSITIVE_INFINITY,
}: TableOptions = {}): RowFormat {
  let widths: readonly number[] | undefined;
  const show = (value: string | null): string =>
    value === null ? 'NULL' : cutText(escapeText(value), maxValueWidth);
  return {
    page({ fields, rows }: SqlPage) {
      const header = fields.map(({ name }) => escapeText(name));
      const cells = rows.map((row) => row.map(show));
      const isFirst = widths === undefined;
      const own = header.map((name, column) =>
        cells.reduce(
          (width, row) => Math.max(width, widthOf(row[column] ?? '')),
          widths?.[column] ?? widthOf(name),
        ),
      );
      widths = own;
      const head = isFirst
        ? [formatLine(header, { own, fields: [] }), own.map((width) => '-'.repeat(width + 2)).join('+')]
        : [];
      return [...head, ...cells.map((row) => formatLine(row, { own, fields }))]
        .map((line) => `${line}\n`)
        .join('');
    },
    end: ({ fields, tag, rowCount }) => {
      if (fields.length === 0) return tag === '' ? '' : `${tag}\n`;
      return `(${rowCount} row${rowCount === 1 ? '' : 's'})\n`;
    },
  };
}

interface Columns {
  readonly own: readonly number[];
  /** Numbers are aligned by their last digit. */
  readonly fields: readonly SqlField[];
}

function formatLine(cells: readonly string[], { own, fields }: Columns): string {
  const padded = cells.map((cell, column) => {
    const padding = ' '.repeat(Math.max(0, (own[column] ?? 0) - widthOf(cell)));
    return rightAligned.has(fields[column]?.typeId ?? 0) ? `${padding}${cell}` : `${cell}${padding}`;
  });
  return ` ${padded.join(' | ')}`.trimEnd();
}

/** Escapes what would break the line, or a terminal would obey. */
function escapeText(text: string): string {
  return escapeControls(text.replaceAll(/[\n\r\t]/g, (character) => escapes[character] ?? character));
}
