import { closeBrace, openBrace } from './json-bytes.ts';
import { endOfString, endOfValue, skipWhitespace } from './json-span.ts';

/** A member of a JSON object, with its value as the original bytes. */
export interface Member {
  readonly name: string;
  readonly value: Buffer;
}

/** The members of a valid JSON text, in order; empty if it is not an object. */
export function* readMembers(json: Buffer): Generator<Member> {
  let at = skipWhitespace(json, 0);
  if (json[at] !== openBrace) return;
  at = skipWhitespace(json, at + 1);
  while (json[at] !== closeBrace) {
    const nameEnd = endOfString(json, at);
    const name = nameOf(json.toString('utf8', at, nameEnd));
    const start = skipWhitespace(json, skipWhitespace(json, nameEnd) + 1); // Past the colon.
    const end = endOfValue(json, start);
    yield { name, value: json.subarray(start, end) };
    at = skipWhitespace(json, end);
    if (json[at] !== closeBrace) at = skipWhitespace(json, at + 1); // Past the comma.
  }
}

/** Escapes are rare in names. */
function nameOf(json: string): string {
  return json.includes('\\') ? String(JSON.parse(json)) : json.slice(1, -1);
}
