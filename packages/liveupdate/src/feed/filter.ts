import { readMembers } from '@restmapper/core';

/** The top-level scalars of a JSON object, in canonical spelling. */
export type Fields = ReadonlyMap<string, string>;

/** A filter for messages: each of these top-level fields must be present and equal. */
export type Filter = Fields;

/** The top-level scalars of a valid JSON text; the last of duplicates wins. */
export function readFields(json: Buffer): Fields {
  const fields = new Map<string, string>();
  for (const { name, value } of readMembers(json)) {
    const spelling = normaliseScalar(value.toString());
    if (spelling === undefined) fields.delete(name);
    else fields.set(name, spelling);
  }
  return fields;
}

export function matches(filter: Filter, fields: Fields): boolean {
  for (const [name, spelling] of filter) {
    if (fields.get(name) !== spelling) return false;
  }
  return true;
}

/**
 * The canonical spelling of a value: `"\u0061"` is `"a"`, and `1.0`, `10e-1` are `1`; `undefined` for an
 * object or array.
 */
function normaliseScalar(text: string): string | undefined {
  const [first = ''] = text;
  if (first === '{' || first === '[') return undefined;
  if (first === '"') return JSON.stringify(JSON.parse(text));
  return first === '-' || (first >= '0' && first <= '9') ? normaliseNumber(text) : text;
}

const numberParts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,15}))?$/;

/** Compares numbers as decimals (RFC 8259, section 6), so that 2^53 and 2^53 + 1 differ. */
function normaliseNumber(text: string): string {
  const parts = numberParts.exec(text);
  if (!parts) return text; // An exponent beyond any practical use.
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
