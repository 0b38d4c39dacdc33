import { jsonAt, readMembers } from '@restmapper/core';
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
  const parts = new Map<CallPath['part'], Field[]>();
  for (const [place, { from }] of columns.entries()) {
    const [name, ...rest] = from.names;
    parts.set(from.part, [...(parts.get(from.part) ?? []), { place, name, rest }]);
  }
  return (call) => {
    const values: (Buffer | undefined)[] = columns.map(() => undefined);
    for (const [part, fields] of parts) {
      const json = call[part];
      if (json) readPart(json, fields, values);
    }
    return columns.map((column, place) => textFor(column, values[place]));
  };
}

interface Field {
  readonly place: number;
  /** The member of the part; `undefined` for the whole part. */
  readonly name: string | undefined;
  /** The names below it. */
  readonly rest: readonly string[];
}

function readPart(json: Buffer, fields: readonly Field[], values: (Buffer | undefined)[]): void {
  for (const { place, name } of fields) if (name === undefined) values[place] = json;
  if (fields.every(({ name }) => name === undefined)) return;
  // Of a repeated name, the last counts.
  for (const member of readMembers(json)) {
    for (const { place, name, rest } of fields) {
      if (name === member.name) values[place] = jsonAt(member.value, rest);
    }
  }
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
