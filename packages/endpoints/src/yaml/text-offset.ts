import type { TextPlace } from '@restmapper/core';

const blank = /\s/;
const blockHeader = /[|>][^\n]*\n/y;
/** How many characters an escape of a double-quoted scalar has, by the one after its backslash. */
const escapeLengths: Readonly<Record<string, number>> = { x: 4, u: 6, U: 10 };

/**
 * Finds a character of a scalar's text in the source, in which the scalar begins at `start`: within a block, quotes, or
 * neither.
 *
 * Returns `undefined` if the text is not the scalar's as written, such as after the substitution of a variable.
 */
export function findInScalar(source: string, start: number, { text, index }: TextPlace): number | undefined {
  const cursor = new Cursor(source, start);
  for (let at = 0; at < index; at += 1) if (!cursor.pass(text.charAt(at))) return undefined;
  return cursor.find(text.charAt(index));
}

/** Reads a scalar of the source character by character. */
class Cursor {
  readonly #source: string;
  readonly #quote: string;
  #at: number;
  /** Whether white space was passed, of which source and text have different amounts. */
  #isInBlank = false;

  constructor(source: string, start: number) {
    this.#source = source;
    const first = source.charAt(start);
    this.#quote = first === '"' || first === "'" ? first : '';
    blockHeader.lastIndex = start;
    this.#isInBlank = blockHeader.test(source);
    if (this.#isInBlank) this.#at = blockHeader.lastIndex;
    else this.#at = this.#quote === '' ? start : start + 1;
  }

  /** Passes a character of the text; returns whether the source has it. */
  pass(character: string): boolean {
    if (blank.test(character)) {
      this.#isInBlank ||= this.#passEscape() || blank.test(this.#source.charAt(this.#at));
      return this.#isInBlank;
    }
    const found = this.find(character);
    if (found === undefined) return false;
    this.#at = found;
    if (this.#passEscape()) return true;
    this.#at += this.#quote === "'" && character === "'" ? 2 : 1;
    return true;
  }

  /** Where the next character of the text is. */
  find(character: string): number | undefined {
    if (this.#isInBlank) this.#skipBlank();
    if (blank.test(character) || character === '') return this.#at;
    return this.#isEscape || this.#source.charAt(this.#at) === character ? this.#at : undefined;
  }

  get #isEscape(): boolean {
    return this.#quote === '"' && this.#source.charAt(this.#at) === '\\';
  }

  #passEscape(): boolean {
    if (!this.#isEscape) return false;
    this.#at += escapeLengths[this.#source.charAt(this.#at + 1)] ?? 2;
    return true;
  }

  #skipBlank(): void {
    while (blank.test(this.#source.charAt(this.#at))) this.#at += 1;
    this.#isInBlank = false;
  }
}
