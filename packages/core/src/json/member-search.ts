import { backslash, closeBrace, openBrace } from './json-bytes.ts';
import { endOfString, endOfValue, skipWhitespace } from './json-span.ts';

/** Finds members of a valid JSON text: their values as the original bytes, in the order of the wanted names. */
export type MemberSearch = (json: Buffer) => readonly (Buffer | undefined)[];

/**
 * Creates a search for members of objects by name. Of a repeated name it finds the last value; in a text that is not an
 * object, nothing.
 *
 * Unlike `readMembers` it decodes no names, and creates nothing for members that are not wanted.
 */
export function createMemberSearch(names: readonly string[]): MemberSearch {
  const wanted = names.map((name) => new WantedName(name));
  return (json) => {
    const found = wanted.map((): Buffer | undefined => undefined);
    let at = skipWhitespace(json, 0);
    if (wanted.length === 0 || json[at] !== openBrace) return found;
    at = skipWhitespace(json, at + 1);
    while (json[at] !== closeBrace) {
      const nameEnd = endOfString(json, at);
      const nameAt = at;
      const place = wanted.findIndex((name) => name.isAt(json, nameAt, nameEnd));
      const start = skipWhitespace(json, skipWhitespace(json, nameEnd) + 1); // Past the colon.
      const end = endOfValue(json, start);
      if (place >= 0) found[place] = json.subarray(start, end);
      at = skipWhitespace(json, end);
      if (json[at] !== closeBrace) at = skipWhitespace(json, at + 1); // Past the comma.
    }
    return found;
  };
}

class WantedName {
  readonly #name: string;
  /** As JSON writes it. */
  readonly #bytes: Buffer;

  constructor(name: string) {
    this.#name = name;
    this.#bytes = Buffer.from(JSON.stringify(name));
  }

  /** Whether the string from `start` to `end` is this name, however it is escaped. */
  isAt(json: Buffer, start: number, end: number): boolean {
    if (this.#isWrittenAt(json, start, end)) return true;
    for (let at = start; at < end; at += 1) {
      if (json[at] === backslash) return JSON.parse(json.toString('utf8', start, end)) === this.#name;
    }
    return false;
  }

  #isWrittenAt(json: Buffer, start: number, end: number): boolean {
    const bytes = this.#bytes;
    if (end - start !== bytes.length) return false;
    for (let i = 0; i < bytes.length; i += 1) if (json[start + i] !== bytes[i]) return false;
    return true;
  }
}
