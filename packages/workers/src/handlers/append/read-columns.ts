import { createMemberSearch, jsonAt, type MemberSearch } from '@restmapper/core';
import type { CallPath, CallValues, Column } from '@restmapper/endpoints';
import { columnText, isMisfit } from '../../database/column-value.ts';
import { Reject } from '../../work/errors.ts';

/**
 * Creates the reader of a message's columns: their texts in their order, `null` for a value that the message does not
 * have. It reads each part of a message once.
 *
 * The reader throws Reject with the SQLSTATE, the column and the value if one does not fit, and SyntaxError if a part
 * of the message is not JSON.
 */
export function createColumnReader(
  columns: readonly Column[],
): (call: CallValues) => readonly (string | null)[] {
  const parts = partsOf(columns);
  return (call) => {
    const values = columns.map((): Buffer | undefined => undefined);
    for (const { part, search, fields } of parts) {
      const json = call[part];
      if (!json) continue;
      const members = search(json);
      for (const { place, member, rest } of fields) {
        const value = member < 0 ? json : members[member];
        values[place] = value && rest.length > 0 ? jsonAt(value, rest) : value;
      }
    }
    return columns.map((column, place) => textFor(column, values[place]));
  };
}

/** The columns that are read from one part of a call. */
interface PartColumns {
  readonly part: CallPath['part'];
  readonly search: MemberSearch;
  readonly fields: readonly Field[];
}

interface Field {
  readonly place: number;
  /** The index of the member in the search; -1 for the whole part. */
  readonly member: number;
  /** The names below it. */
  readonly rest: readonly string[];
}

function partsOf(columns: readonly Column[]): readonly PartColumns[] {
  const parts = [...new Set(columns.map(({ from }) => from.part))];
  return parts.map((part) => {
    const own = columns.filter(({ from }) => from.part === part);
    const names = [...new Set(own.flatMap(({ from }) => from.names.slice(0, 1)))];
    return {
      part,
      search: createMemberSearch(names),
      fields: own.map((column) => {
        const [name, ...rest] = column.from.names;
        return {
          place: columns.indexOf(column),
          member: name === undefined ? -1 : names.indexOf(name),
          rest,
        };
      }),
    };
  });
}

const shownLength = 60;

function textFor({ name, type, from }: Column, json: Buffer | undefined): string | null {
  const text = json ? columnText(type, json) : null;
  if (!isMisfit(text)) return text;
  const value = json ? json.toString('utf8', 0, shownLength) + (json.length > shownLength ? '…' : '') : '';
  throw new Reject(
    `${text.code}: ${from.text} ${text.text} for the column ${name} (${type}), unlike ${value}`,
  );
}
