import { readSqlTokens, type SqlToken } from './sql-tokens.ts';

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

const routine = /^CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE)\b/;

/**
 * Splits a text of SQL at its semicolons, except for those within quotes, dollar quotes, comments, parentheses and
 * bodies of functions (`BEGIN ATOMIC … END`), as psql does.
 */
export function splitStatements(text: string): SplitText {
  const statements: Statement[] = [];
  let line = 1;
  let counted = 0;
  const statementFrom = (start: number, sql: string): Statement => {
    for (let at = text.indexOf('\n', counted); at !== -1 && at < start; at = text.indexOf('\n', at + 1)) {
      line += 1;
    }
    counted = start;
    return { sql, line };
  };
  let begun = new Begun(text);
  for (const token of readSqlTokens(text)) {
    if (!begun.isEndedBy(token)) {
      begun.add(token);
      continue;
    }
    const { start } = begun;
    if (start !== undefined) {
      statements.push(statementFrom(start, text.slice(start, token.start).trimEnd()));
    }
    begun = new Begun(text);
  }
  const { start, isOpen } = begun;
  return {
    statements,
    isOpen,
    ...(start !== undefined && { rest: statementFrom(start, text.slice(start)) }),
  };
}

/** A statement up to some token. */
class Begun {
  readonly #text: string;
  #start: number | undefined;
  #parentheses = 0;
  /** How many BEGIN and CASE in the body of a function have no END yet. */
  #blocks = 0;
  /** The first words of the statement. */
  #words = '';
  #isCut = false;

  constructor(text: string) {
    this.#text = text;
  }

  /** The place of its first token; `undefined` if it has none. */
  get start(): number | undefined {
    return this.#start;
  }

  /** Whether it ends within a quote, a comment or parentheses. */
  get isOpen(): boolean {
    return this.#isCut || this.#parentheses > 0 || this.#blocks > 0;
  }

  /** Whether a token is the semicolon after it. */
  isEndedBy({ kind, start }: SqlToken): boolean {
    return kind === 'symbol' && this.#text[start] === ';' && !this.isOpen;
  }

  add({ kind, start, end, isCut }: SqlToken): void {
    this.#isCut ||= isCut;
    if (kind === 'space' && !isCut) return;
    this.#start ??= start;
    if (kind === 'name') this.#count(this.#text.slice(start, end).toUpperCase());
    const character = kind === 'symbol' ? this.#text[start] : '';
    if (character === '(') this.#parentheses += 1;
    if (character === ')') this.#parentheses = Math.max(0, this.#parentheses - 1);
  }

  #count(name: string): void {
    if (this.#words.length < 40) this.#words += `${name} `;
    if (!routine.test(this.#words)) return;
    if (name === 'BEGIN' || (name === 'CASE' && this.#blocks > 0)) this.#blocks += 1;
    if (name === 'END' && this.#blocks > 0) this.#blocks -= 1;
  }
}
