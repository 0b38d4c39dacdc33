import { isUtf8 } from 'node:buffer';
import type { FileProblem } from '@restmapper/core';
import { codeFrame } from '../yaml/code-frame.ts';
import type { SqlMistake } from './sql-mistake.ts';

/** A file of SQL. */
export interface SqlText {
  readonly file: string;
  readonly text: string;
}

/** The text of a file, without a byte order mark; `undefined` if it is not UTF-8. */
export function readSqlText(bytes: Buffer): string | undefined {
  return isUtf8(bytes) ? bytes.toString().replace(/^\uFEFF/, '') : undefined;
}

/** Locates a mistake in a file of SQL. */
export function sqlProblem({ file, text }: SqlText, { message, place }: SqlMistake): FileProblem {
  const before = text.slice(0, place);
  const line = before.split('\n').length;
  const column = before.length - before.lastIndexOf('\n');
  return { file, line, column, message, frame: codeFrame(text.split(/\r?\n/), { line, column }) };
}

const excerptLength = 40;

/** Describes a mistake in a statement, with the words at fault. */
export function describeSqlMistake(text: string, { message, place }: SqlMistake): string {
  const [excerpt = ''] = text.slice(place, place + excerptLength).split(/\r?\n/, 1);
  const isWhole = place === 0 || excerpt.trim() === '';
  return isWhole ? message : `${message}, at \`${excerpt.trimEnd()}\``;
}
