import { splitStatements } from '@restmapper/endpoints';
import type { Prompt } from '@restmapper/host';
import { runCommand } from './sql-commands.ts';
import { printNotice, type SqlSession } from './sql-session.ts';

/** Runs what a user types until the input ends; resolves with the exit code. */
export async function runPrompt(prompt: Prompt, session: SqlSession): Promise<number> {
  const { console, terminal, mayWrite } = session;
  prompt.onInterrupt(() => console.cancel());
  void terminal.stopRequested.then(() => console.cancel());
  // Connects, so that a wrong password is reported at once.
  if (!(await session.run({ sql: 'SELECT 1', line: 1 }, { isSilent: true }))) return 1;
  printNotice(`${console.place}, ${mayWrite ? 'with --write' : 'read-only'}; \\? for help`, terminal);
  let buffer = '';
  for (;;) {
    const typed = await prompt.read(promptOf(buffer, session));
    if (typed.kind === 'end') return 0;
    const rest = typed.kind === 'interrupt' ? '' : await runTyped(buffer, typed.line, session);
    if (rest === undefined) return 0;
    buffer = rest;
  }
}

/** `sql> `, with a star in a transaction; the continuation of a statement is aligned with it. */
function promptOf(buffer: string, { console }: SqlSession): string {
  if (buffer !== '') return '  -> ';
  return console.isInTransaction ? 'sql*> ' : 'sql> ';
}

/** Runs what a line completes; resolves with what is left for further lines, `undefined` to quit. */
async function runTyped(buffer: string, line: string, session: SqlSession): Promise<string | undefined> {
  const text = line.trim();
  if (buffer === '' && /^(?:exit|quit);?$/i.test(text)) return undefined;
  if (text.startsWith('\\') && !splitStatements(buffer).isOpen) {
    return (await runCommand(text, session)) === 'quit' ? undefined : buffer;
  }
  const { statements, rest } = splitStatements(`${buffer}${line}\n`);
  for (const { sql } of statements) {
    if (!(await session.run({ sql, line: 1 }))) return '';
  }
  return rest === undefined ? '' : rest.sql;
}
