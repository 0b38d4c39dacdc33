import { type BoundSql, bindParameters } from './bind-parameters.ts';
import { isSqlMistake, type SqlMistake } from './sql-mistake.ts';
import { outlineOf, type SqlOutline } from './sql-outline.ts';
import { readSqlTokens } from './sql-tokens.ts';

/** A statement whose parameters are values of a call. */
export interface SqlStatement extends BoundSql, SqlOutline {}

/** More is a mistake, or data. */
const maxStatementLength = 100_000;

/**
 * Parses the text of one statement, or describes its mistake.
 *
 * ```sql
 * SELECT id, item FROM orders WHERE id = :params.id AND item = :args."item name"
 * ```
 */
export function parseSqlStatement(text: string): SqlStatement | SqlMistake {
  if (text.length > maxStatementLength) {
    return { message: `the statement has more than ${maxStatementLength} characters`, place: 0 };
  }
  if (text.includes('\0')) {
    return { message: 'the statement has a NUL character', place: text.indexOf('\0') };
  }
  const body = bodyOf(text);
  if (typeof body !== 'string') return body;
  const bound = bindParameters(body);
  if (isSqlMistake(bound)) return bound;
  const outline = outlineOf(bound.sql);
  if (isSqlMistake(outline)) return { ...outline, place: bound.placeOf(outline.place) };
  return { ...bound, ...outline };
}

/** The statement without its semicolon, and without what follows. */
function bodyOf(text: string): string | SqlMistake {
  let end = 0;
  let semicolon: number | undefined;
  for (const token of readSqlTokens(text)) {
    if (token.isCut) {
      const what = token.kind === 'space' ? 'comment' : 'quote';
      return { message: `the ${what} is not closed`, place: token.start };
    }
    if (token.kind === 'space') continue;
    const isSemicolon = text.slice(token.start, token.end) === ';';
    if (semicolon !== undefined && !isSemicolon) {
      return { message: 'a second statement begins here; write one', place: token.start };
    }
    if (isSemicolon) semicolon ??= token.start;
    else end = token.end;
  }
  return text.slice(0, end);
}
