import { compactJson, ConfigError } from '@restmapper/core';
import type { SqlField, SqlPage, SqlRow } from '@restmapper/workers';
import type { RowFormat } from './row-format.ts';

/** OIDs of types whose text is JSON, or nearly. @see https://www.postgresql.org/docs/current/catalog-pg-type.html */
const booleanType = 16;
const numberTypes = new Set([20, 21, 23, 700, 701, 1700]);
const jsonTypes = new Set([114, 3802]);

/** Infinity and NaN are numbers of PostgreSQL, but not of JSON. */
const jsonNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/** One JSON array with an object per row, on a line of its own; numbers keep their digits. */
export function createJsonFormat(): RowFormat {
  let rowCount = 0;
  return {
    page({ fields, rows }: SqlPage) {
      assertDistinct(fields);
      const lines = rows.map(
        (row, place) => `${rowCount + place === 0 ? '[' : ',\n'}${formatRow(fields, row)}`,
      );
      rowCount += rows.length;
      return lines.join('');
    },
    end: () => (rowCount === 0 ? '[]\n' : ']\n'),
  };
}

/** An object would keep only one of them. @throws ConfigError */
function assertDistinct(fields: readonly SqlField[]): void {
  const names = fields.map(({ name }) => name);
  const twice = names.find((name, place) => names.indexOf(name) < place);
  if (twice === undefined) return;
  throw new ConfigError(`two columns are named ${twice}: name them with AS, or use --csv`);
}

function formatRow(fields: readonly SqlField[], row: SqlRow): string {
  const members = fields.map(
    (field, place) => `${JSON.stringify(field.name)}:${formatValue(row[place] ?? null, field)}`,
  );
  return `{${members.join(',')}}`;
}

function formatValue(value: string | null, { typeId }: SqlField): string {
  if (value === null) return 'null';
  if (typeId === booleanType) return String(value === 't');
  if (jsonTypes.has(typeId)) return compactJson(Buffer.from(value)).toString();
  return numberTypes.has(typeId) && jsonNumber.test(value) ? value : JSON.stringify(value);
}
