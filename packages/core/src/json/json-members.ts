import { closeBrace, openBrace } from './json-bytes.ts';
import { endOfString, endOfValue, skipWhitespace } from './json-span.ts';

/** A member of a JSON object, its value as the bytes it came in. */
export interface Member {
  readonly name: string;
  readonly value: Buffer;
}

/** The members of a JSON text that is known to be valid, in order; none when it is no object. */
export function* readMembers(json: Buffer): Generator<Member> {
  let at = skipWhitespace(json, 0);
  if (json[at] !== openBrace) return;
  at = skipWhitespace(json, at + 1);
  while (json[at] !== closeBrace) {
    const nameEnd = endOfString(json, at);
    const name = String(JSON.parse(json.toString('utf8', at, nameEnd)));
    const start = skipWhitespace(json, skipWhitespace(json, nameEnd) + 1); // Past the colon.
    const end = endOfValue(json, start);
    yield { name, value: json.subarray(start, end) };
    at = skipWhitespace(json, end);
    if (json[at] !== closeBrace) at = skipWhitespace(json, at + 1); // Past the comma.
  }
}
