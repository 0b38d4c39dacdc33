import { readMembers } from './json-members.ts';

/**
 * The value under the names of nested objects, as the original bytes; of a repeated name, the last.
 *
 * ```ts
 * jsonAt(Buffer.from('{"a":{"b":1.0}}'), ['a', 'b']); // 1.0
 * ```
 * `undefined` if there is none. The text must be valid JSON.
 */
export function jsonAt(json: Buffer, names: readonly string[]): Buffer | undefined {
  let value: Buffer | undefined = json;
  for (const name of names) {
    if (!value) return undefined;
    value = lastMember(value, name);
  }
  return value;
}

function lastMember(json: Buffer, wanted: string): Buffer | undefined {
  let found: Buffer | undefined;
  for (const { name, value } of readMembers(json)) if (name === wanted) found = value;
  return found;
}

/** The text of a JSON string, number or boolean, digits as written; `undefined` for any other value. */
export function scalarText(json: Buffer): string | undefined {
  const text = json.toString();
  if (text.startsWith('"')) return String(JSON.parse(text));
  return /^(?:null|[[{])/.test(text) ? undefined : text;
}
