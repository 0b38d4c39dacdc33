import type { SqlRow } from '@restmapper/workers';
import type { RowFormat } from './row-format.ts';

const special = /[",\r\n]/;

/** CSV with a header; NULL is empty, an empty text is `""`. @see https://www.rfc-editor.org/rfc/rfc4180 */
export function createCsvFormat(): RowFormat {
  let hasHeader = false;
  return {
    page({ fields, rows }) {
      const header = hasHeader ? [] : [fields.map(({ name }) => name)];
      hasHeader = true;
      return [...header, ...rows].map(formatRecord).join('');
    },
    end: () => '',
  };
}

function formatRecord(row: SqlRow): string {
  return `${row.map(formatValue).join(',')}\r\n`;
}

function formatValue(value: string | null): string {
  if (value === null) return '';
  return value === '' || special.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
