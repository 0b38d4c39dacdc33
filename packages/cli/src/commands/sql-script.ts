import { splitStatements } from '@restmapper/endpoints';
import { runCommand } from './sql-commands.ts';
import { printNotice, type SqlSession } from './sql-session.ts';

/** Runs the statements of a text until one fails; resolves with the exit code. */
export async function runScript(text: string, session: SqlSession): Promise<number> {
  const { console, terminal, format } = session;
  void terminal.stopRequested.then(() => console.cancel());
  if (text.trimStart().startsWith('\\')) return (await runCommand(text.trim(), session)) === 'failed' ? 1 : 0;
  const { statements, rest } = splitStatements(text);
  const all = [...statements, ...(rest ? [rest] : [])];
  if (all.length === 0) {
    printNotice('there is no statement', terminal);
    return 1;
  }
  for (const [place, statement] of all.entries()) {
    const isSilent = format !== 'table' && place < all.length - 1;
    if (!(await session.run(statement, { isSilent }))) return 1;
  }
  if (!console.isInTransaction) return 0;
  printNotice('the transaction is rolled back, as it has no COMMIT', terminal);
  return 1;
}
