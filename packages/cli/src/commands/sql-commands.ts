import { columnsSql, partsSql, relationsSql } from '@restmapper/host';
import { printNotice, type SqlSession } from './sql-session.ts';

const help = `\\d           list tables, views and sequences
\\d <table>   describe one: columns, indexes, constraints, triggers
\\?           this list
\\q           quit, as Ctrl-D does

A statement ends with a semicolon, and may have many lines. Ctrl-C cancels it, while it is typed or runs.
`;

/** Runs a command that begins with a backslash. */
export async function runCommand(text: string, session: SqlSession): Promise<'done' | 'failed' | 'quit'> {
  const [, name = '', argument = ''] = /^\\(\S*)\s*(.*?)[\s;]*$/s.exec(text) ?? [];
  if (name === 'q') return 'quit';
  if (name === '?' || name === 'h') {
    session.terminal.print(help);
    return 'done';
  }
  if (name !== 'd' && name !== 'dt') {
    printNotice(`\\${name} is not a command; \\? lists them`, session.terminal);
    return 'failed';
  }
  const isDone = await (argument === '' ? list(session) : describe(argument, session));
  return isDone ? 'done' : 'failed';
}

function list(session: SqlSession): Promise<boolean> {
  return session.run({ sql: relationsSql, line: 1 });
}

async function describe(table: string, session: SqlSession): Promise<boolean> {
  const params = [table];
  if (!(await session.run({ sql: columnsSql, line: 1 }, { params }))) return false;
  if (session.format !== 'table') return true;
  return await session.run({ sql: partsSql, line: 1 }, { params, isOptional: true });
}
