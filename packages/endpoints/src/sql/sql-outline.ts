import type { SqlMistake } from './sql-mistake.ts';
import { readSqlTokens } from './sql-tokens.ts';

const verbs = ['SELECT', 'VALUES', 'TABLE', 'INSERT', 'UPDATE', 'DELETE', 'MERGE'] as const;
export type SqlVerb = (typeof verbs)[number];

const readingVerbs: ReadonlySet<SqlVerb> = new Set(['SELECT', 'VALUES', 'TABLE']);

/** What a statement does. */
export interface SqlOutline {
  /** Its keyword, after its WITH. */
  readonly verb: SqlVerb;
  /** Where it begins after its WITH; 0 without one. */
  readonly mainStart: number;
  readonly returnsRows: boolean;
}

/** Whether a statement writes rows itself, not only in its WITH. */
export function isWriting({ verb }: Pick<SqlOutline, 'verb'>): boolean {
  return !readingVerbs.has(verb);
}

/** Finds the verb of one statement, or describes why there is none. */
export function outlineOf(sql: string): SqlOutline | SqlMistake {
  const words = wordsOf(sql);
  const [first] = words;
  if (!first) return { message: 'there is no statement', place: 0 };
  const hasWith = first.text === 'WITH';
  const main = hasWith ? words.findIndex((_, at) => followsWith(words, at)) : 0;
  // A query may be in parentheses.
  const verb = verbs.find((known) => known === words[main]?.text) ?? (words[main]?.text === '(' && 'SELECT');
  if (!verb) return { message: `a statement begins with ${verbs.join(', ')} or WITH`, place: first.start };
  const isReturning = words.slice(main).some(({ text }) => text === 'RETURNING');
  return {
    verb,
    mainStart: hasWith ? (words[main]?.start ?? 0) : 0,
    returnsRows: readingVerbs.has(verb) || isReturning,
  };
}

interface Word {
  /** In upper case. */
  readonly text: string;
  readonly start: number;
}

/** The tokens outside of parentheses, and the parentheses. */
function wordsOf(sql: string): readonly Word[] {
  const words: Word[] = [];
  let depth = 0;
  for (const { kind, start, end } of readSqlTokens(sql)) {
    const text = sql.slice(start, end).toUpperCase();
    if (text === ')') depth -= 1;
    if (kind !== 'space' && depth === 0) words.push({ text, start });
    if (text === '(') depth += 1;
  }
  return words;
}

/** Whether the statement begins here, after the queries of its WITH, which may be named like verbs. */
function followsWith(words: readonly Word[], at: number): boolean {
  const [before, word] = [words[at - 1]?.text ?? '', words[at]?.text ?? ''];
  if (word === '(') return before === ')';
  return verbs.some((verb) => verb === word) && !['', 'WITH', 'RECURSIVE', ','].includes(before);
}
