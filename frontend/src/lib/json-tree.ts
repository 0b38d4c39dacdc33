/** The place of a value in its text, in UTF-16 units; the end is exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A string, number, boolean or null, as written: 1.0 and 12345678901234567890 are preserved. */
export interface JsonScalar extends Span {
  readonly kind: 'string' | 'number' | 'boolean' | 'null';
  readonly text: string;
}

export interface JsonArray extends Span {
  readonly kind: 'array';
  readonly items: readonly JsonNode[];
}

export interface JsonObject extends Span {
  readonly kind: 'object';
  readonly members: readonly JsonMember[];
}

export interface JsonMember {
  readonly name: string;
  readonly value: JsonNode;
}

export type JsonNode = JsonScalar | JsonArray | JsonObject;

/** A text is not JSON. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
  /** Where reading stopped. */
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** Deeper than anything the gateway accepts. */
const maxDepth = 1_000;

/**
 * Reads JSON without changing it.
 *
 * @throws JsonSyntaxError
 * @see RFC 8259
 */
export function parseJson(text: string): JsonNode {
  const reader = new Reader(text);
  const node = reader.readValue(0);
  reader.expectEnd();
  return node;
}

const space = /[ \t\n\r]*/y;
// Plain runs and escapes alternate: one star over both would backtrack for every character.
const stringToken = /"[ !#-[\]-\uffff]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[ !#-[\]-\uffff]*)*"/y;
const scalarTokens = [
  ['string', stringToken],
  ['number', /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y],
  ['boolean', /(?:true|false)(?!\w)/y],
  ['null', /null(?!\w)/y],
] as const;

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  readValue(depth: number): JsonNode {
    this.#skipSpace();
    if (depth > maxDepth) throw this.#error('This is nested too deep');
    const start = this.#at;
    if (this.#takeIf('{')) return { kind: 'object', members: this.#readMembers(depth), start, end: this.#at };
    if (this.#takeIf('[')) return { kind: 'array', items: this.#readItems(depth), start, end: this.#at };
    for (const [kind, token] of scalarTokens) {
      const text = this.#match(token);
      if (text !== undefined) return { kind, text, start, end: this.#at };
    }
    throw this.#error(this.#whatIsWrong());
  }

  expectEnd(): void {
    this.#skipSpace();
    if (this.#at < this.#text.length) throw this.#error('Nothing may follow the value');
  }

  #readMembers(depth: number): JsonMember[] {
    const members: JsonMember[] = [];
    this.#skipSpace();
    if (this.#takeIf('}')) return members;
    do {
      this.#skipSpace();
      const name = this.#match(stringToken);
      if (name === undefined) throw this.#error('Expected a name in double quotes');
      this.#skipSpace();
      if (!this.#takeIf(':')) throw this.#error('Expected “:” after the name');
      members.push({ name: JSON.parse(name) as string, value: this.readValue(depth + 1) });
      this.#skipSpace();
    } while (this.#takeIf(','));
    if (!this.#takeIf('}')) throw this.#error('Expected “,” or “}”');
    return members;
  }

  #readItems(depth: number): JsonNode[] {
    const items: JsonNode[] = [];
    this.#skipSpace();
    if (this.#takeIf(']')) return items;
    do {
      items.push(this.readValue(depth + 1));
      this.#skipSpace();
    } while (this.#takeIf(','));
    if (!this.#takeIf(']')) throw this.#error('Expected “,” or “]”');
    return items;
  }

  #whatIsWrong(): string {
    const next = this.#text[this.#at];
    if (next === undefined) return 'Expected a value, but the text ends';
    if (next === '"') return 'This string does not end, or holds a character that must be escaped';
    if (next === "'") return 'Strings need double quotes';
    return 'Expected a value';
  }

  #skipSpace(): void {
    this.#match(space);
  }

  #takeIf(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  /** Consumes the token at the current place, if it is there. */
  #match(token: RegExp): string | undefined {
    token.lastIndex = this.#at;
    const text = token.exec(this.#text)?.[0];
    if (text !== undefined) this.#at = token.lastIndex;
    return text;
  }

  #error(message: string): JsonSyntaxError {
    return new JsonSyntaxError(message, this.#at);
  }
}
