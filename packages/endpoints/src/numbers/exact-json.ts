import { type ExactNumber, readNumber } from './exact-number.ts';

/** Matches text that may have numbers that a double cannot represent; also long digits in strings. */
const suspicion = /[\d.]{16}|\d[eE][+-]?\d/;

export function mayHoldInexactNumbers(text: string): boolean {
  return suspicion.test(text);
}

/**
 * Parses valid JSON, nested no deeper than the stack allows, like `JSON.parse`, but numbers that a double
 * cannot represent become an {@link ExactNumber}.
 */
export function parseExactJson(text: string): unknown {
  return new Reader(text).value();
}

const whitespace = /[ \t\n\r]*/y;
const scalar = /[^,\]} \t\n\r]+/y;

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): unknown {
    switch (this.#peek()) {
      case '{':
        return this.#object();
      case '[':
        return this.#array();
      case '"':
        return this.#string();
      default:
        return readScalar(this.#take(scalar));
    }
  }

  #object(): object {
    const members: [name: string, value: unknown][] = [];
    this.#at += 1;
    while (this.#peek() !== '}') {
      if (this.#peek() === ',') this.#at += 1;
      this.#peek();
      const name = this.#string();
      this.#peek();
      this.#at += 1;
      members.push([name, this.value()]);
    }
    this.#at += 1;
    // Unlike assignment, it also creates a member `__proto__`.
    return Object.fromEntries(members);
  }

  #array(): unknown[] {
    const items: unknown[] = [];
    this.#at += 1;
    while (this.#peek() !== ']') {
      if (this.#peek() === ',') this.#at += 1;
      items.push(this.value());
    }
    this.#at += 1;
    return items;
  }

  /** A pattern that matches a whole string would need stack for each of its characters. */
  #string(): string {
    let end = this.#at + 1;
    while (end < this.#text.length && this.#text[end] !== '"') end += this.#text[end] === '\\' ? 2 : 1;
    const written = this.#text.slice(this.#at, end + 1);
    this.#at = end + 1;
    // The text between two JSON quotes is a string.
    return JSON.parse(written) as string;
  }

  /** The next character that is not white space; undefined only in invalid JSON. */
  #peek(): string | undefined {
    this.#take(whitespace);
    return this.#text[this.#at];
  }

  #take(token: RegExp): string {
    token.lastIndex = this.#at;
    const [taken = ''] = token.exec(this.#text) ?? [];
    this.#at = token.lastIndex;
    return taken;
  }
}

function readScalar(text: string): boolean | null | number | ExactNumber {
  if (text === 'true') return true;
  if (text === 'false') return false;
  return text === 'null' ? null : readNumber(text);
}
