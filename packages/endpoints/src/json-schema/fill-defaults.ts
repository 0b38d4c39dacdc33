import { endOfString, endOfValue, skipWhitespace } from '@restmapper/core';
import type { DefaultPlan } from './default-plan.ts';

const quote = 0x22;
const comma = 0x2c;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const openBrace = 0x7b;

/** The JSON that is filled in for a member. */
export type DefaultText = (plan: DefaultPlan, name: string) => string;

/**
 * Inserts the defaults that valid JSON lacks; all other bytes stay as they are, so that 12345678901234567890 and 1.0
 * are preserved.
 *
 * Returns the same buffer if it lacks none, and `undefined` if the result would be longer than `maxBytes`.
 */
export function fillDefaults(
  json: Buffer,
  plan: DefaultPlan,
  { textOf, maxBytes }: { readonly textOf: DefaultText; readonly maxBytes: number },
): Buffer | undefined {
  const filler = new Filler(json, textOf, maxBytes - json.length);
  try {
    filler.fill(skipWhitespace(json, 0), plan);
  } catch (error) {
    if (error instanceof TooLong) return undefined;
    throw error;
  }
  return filler.result();
}

class TooLong extends Error {}

/** One pass over the text, which visits each byte once. */
class Filler {
  readonly #json: Buffer;
  readonly #textOf: DefaultText;
  readonly #parts: Buffer[] = [];
  #room: number;
  #copied = 0;

  constructor(json: Buffer, textOf: DefaultText, room: number) {
    this.#json = json;
    this.#textOf = textOf;
    this.#room = room;
  }

  /** Fills in the value at an offset; returns the offset just past it. */
  fill(at: number, plan: DefaultPlan | undefined): number {
    if (!plan) return endOfValue(this.#json, at);
    switch (this.#json[at]) {
      case openBrace:
        return this.#object(at, plan);
      case openBracket:
        return this.#array(at, plan);
      default:
        return endOfValue(this.#json, at);
    }
  }

  result(): Buffer {
    if (this.#parts.length === 0) return this.#json;
    return Buffer.concat([...this.#parts, this.#json.subarray(this.#copied)]);
  }

  #object(start: number, plan: DefaultPlan): number {
    const missing = new Set(plan.defaults.keys());
    let end = start + 1;
    let at = skipWhitespace(this.#json, end);
    while (this.#json[at] === quote) {
      const nameEnd = endOfString(this.#json, at);
      const name = this.#name(at, nameEnd);
      missing.delete(name);
      const value = skipWhitespace(this.#json, skipWhitespace(this.#json, nameEnd) + 1); // Past the colon.
      end = this.fill(value, plan.members.get(name));
      at = this.#next(end);
    }
    this.#insert(missing, { plan, at: end, isFirst: end === start + 1 });
    return at + 1;
  }

  #array(start: number, { prefix, items }: DefaultPlan): number {
    let end = start + 1;
    let at = skipWhitespace(this.#json, end);
    for (let index = 0; this.#json[at] !== closeBracket; index += 1) {
      end = this.fill(at, index < prefix.length ? prefix[index] : items);
      at = this.#next(end);
    }
    return at + 1;
  }

  /** The offset of what follows a member or an item: the next one, or the end of its container. */
  #next(end: number): number {
    const at = skipWhitespace(this.#json, end);
    return this.#json[at] === comma ? skipWhitespace(this.#json, at + 1) : at;
  }

  /** The name between the quotes; JSON may spell it with escapes. */
  #name(start: number, end: number): string {
    const plain = this.#json.toString('utf8', start + 1, end - 1);
    return plain.includes('\\') ? String(JSON.parse(this.#json.toString('utf8', start, end))) : plain;
  }

  #insert(
    names: Iterable<string>,
    { plan, at, isFirst }: { readonly plan: DefaultPlan; readonly at: number; readonly isFirst: boolean },
  ): void {
    let text = '';
    for (const name of names) text += `,${JSON.stringify(name)}:${this.#textOf(plan, name)}`;
    if (text === '') return;
    const inserted = Buffer.from(isFirst ? text.slice(1) : text);
    this.#room -= inserted.length;
    if (this.#room < 0) throw new TooLong();
    this.#parts.push(this.#json.subarray(this.#copied, at), inserted);
    this.#copied = at;
  }
}
