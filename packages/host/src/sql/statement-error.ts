import type { Statement } from '@restmapper/endpoints';
import type { StatementFailure } from '@restmapper/workers';
import { escapeControls } from '../dead-letters/letter-text.ts';
import { widthOf } from './text-width.ts';

/** How much of a long line is shown on each side of the place. */
const sideLength = 60;

/**
 * Describes a failed statement with its SQLSTATE, and a caret below the place.
 *
 * ```
 * ERROR 42P01: relation "ordr" does not exist
 * LINE 1: SELECT * FROM ordr
 *                       ^
 * ```
 */
export function formatStatementError(failure: StatementFailure, statement: Statement): string {
  const { code, message, position, detail, hint, where } = failure;
  const notes = [
    ...(position === undefined ? [] : [formatPlace(statement, position)]),
    ...(detail === undefined ? [] : [`DETAIL: ${detail}`]),
    ...(hint === undefined ? [] : [`HINT: ${hint}`]),
    ...(where === undefined ? [] : [`CONTEXT: ${where}`]),
  ];
  const head = code === '' ? 'ERROR' : `ERROR ${code}`;
  const lines = [`${head}: ${message}`, ...notes].flatMap((note) => note.split('\n'));
  return lines.map((line) => `${escapeControls(line)}\n`).join('');
}

/** PostgreSQL counts characters, not UTF-16 units. */
function formatPlace({ sql, line }: Statement, position: number): string {
  const before = Array.from(sql)
    .slice(0, position - 1)
    .join('');
  const lineStart = before.lastIndexOf('\n') + 1;
  const number = line + before.split('\n').length - 1;
  const [text = ''] = sql.slice(lineStart).split(/\r?\n/, 1);
  const column = before.length - lineStart;
  const start = column > sideLength ? column - sideLength : 0;
  const label = `LINE ${number}: ${start > 0 ? '…' : ''}`;
  const shown = (part: string): string => escapeControls(part.replaceAll('\t', ' '));
  const left = shown(text.slice(start, column));
  const right = shown(text.slice(column, column + sideLength));
  const end = text.length > column + sideLength ? '…' : '';
  return `${label}${left}${right}${end}\n${' '.repeat(widthOf(label) + widthOf(left))}^`;
}
