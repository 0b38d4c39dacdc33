/** One statement of a text, without its semicolon. */
export interface Statement {
  readonly sql: string;
  /** The line of the text on which it begins, from 1. */
  readonly line: number;
}

/** What a text of SQL consists of. */
export interface SplitText {
  readonly statements: readonly Statement[];
  /** Begun, but not ended by a semicolon, with the white space after it; absent if only white space and comments follow the last one. */
  readonly rest?: Statement;
  /** Whether the rest ends within a quote, a comment or parentheses. */
  readonly isOpen: boolean;
}

const blank = /\s+|--[^\n]*/y;
const comment = /\/\*|\*\//g;
const word = /[a-z_\u0080-\uffff][\w$\u0080-\uffff]*/iy;
const dollarQuote = /\$(?:[a-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/iy;
/** Each begins with a quote, and contains it only doubled or, in an escape string, after a backslash. */
const quoted = /'[^']*(?:''[^']*)*'|"[^"]*(?:""[^"]*)*"|e'[^'\\]*(?:(?:\\[^]|'')[^'\\]*)*'/iy;
const quote = /e?['"]/iy;
const routine = /^CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE)\b/;

/**
 * Splits a text of SQL at its semicolons, except for those within quotes, dollar quotes, comments, parentheses and
 * bodies of functions (`BEGIN ATOMIC … END`), as psql does.
 */
export function splitStatements(text: string): SplitText {
  const statements: Statement[] = [];
  const scan = new Scan(text);
  let line = 1;
  let counted = 0;
  for (;;) {
    const { start, end, isOpen } = scan.next();
    line += text.slice(counted, start).split('\n').length - 1;
    counted = start;
    if (end === text.length) {
      const sql = text.slice(start);
      return { statements, isOpen, ...(sql !== '' && { rest: { sql, line } }) };
    }
    if (end > start) statements.push({ sql: text.slice(start, end).trimEnd(), line });
  }
}

interface Extent {
  /** Of its first token. */
  readonly start: number;
  /** Of its semicolon, or of the text. */
  readonly end: number;
  readonly isOpen: boolean;
}

class Scan {
  readonly #text: string;
  #at = 0;
  #parentheses = 0;
  /** How many BEGIN and CASE in the body of a function have no END yet. */
  #blocks = 0;
  /** The first words of the statement. */
  #words = '';
  #isCut = false;

  constructor(text: string) {
    this.#text = text;
  }

  next(): Extent {
    this.#parentheses = 0;
    this.#blocks = 0;
    this.#words = '';
    const before = this.#at;
    this.#skipBlank();
    const start = this.#isCut ? before : this.#at;
    while (this.#at < this.#text.length) {
      if (this.#text[this.#at] === ';' && this.#parentheses === 0 && this.#blocks === 0) {
        const end = this.#at;
        this.#at += 1;
        return { start, end, isOpen: false };
      }
      this.#readToken();
      this.#skipBlank();
    }
    const isOpen = this.#isCut || this.#parentheses > 0 || this.#blocks > 0;
    return { start, end: this.#text.length, isOpen };
  }

  #skipBlank(): void {
    for (;;) {
      if (this.#match(blank) !== undefined) continue;
      if (!this.#text.startsWith('/*', this.#at)) return;
      this.#skipComment();
    }
  }

  /** Comments nest. */
  #skipComment(): void {
    let depth = 0;
    comment.lastIndex = this.#at;
    do {
      const found = comment.exec(this.#text);
      if (!found) return this.#cut();
      depth += found[0] === '/*' ? 1 : -1;
      this.#at = comment.lastIndex;
    } while (depth > 0);
  }

  #readToken(): void {
    if (this.#match(quoted) !== undefined) return;
    if (this.#match(quote) !== undefined) return this.#cut();
    const tag = this.#match(dollarQuote);
    if (tag !== undefined) return this.#skipTo(tag);
    const name = this.#match(word);
    if (name !== undefined) return this.#count(name.toUpperCase());
    const character = this.#text[this.#at];
    if (character === '(') this.#parentheses += 1;
    if (character === ')') this.#parentheses = Math.max(0, this.#parentheses - 1);
    this.#at += 1;
  }

  #count(name: string): void {
    if (this.#words.length < 40) this.#words += `${name} `;
    if (!routine.test(this.#words)) return;
    if (name === 'BEGIN' || (name === 'CASE' && this.#blocks > 0)) this.#blocks += 1;
    if (name === 'END' && this.#blocks > 0) this.#blocks -= 1;
  }

  #skipTo(end: string): void {
    const found = this.#text.indexOf(end, this.#at);
    if (found === -1) return this.#cut();
    this.#at = found + end.length;
  }

  /** The rest of the text is inside. */
  #cut(): void {
    this.#isCut = true;
    this.#at = this.#text.length;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}
