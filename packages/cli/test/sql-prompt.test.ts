import { randomUUID } from 'node:crypto';
import type { Prompt, Terminal, Typed } from '@restmapper/host';
import { expect } from 'chai';
import { databaseUrl } from '../../../test/support/database.ts';
import { runProgram } from '../src/program.ts';

/** Types lines, and returns what was printed; `^C while it runs` is pressed during the line before it. */
async function type(lines: readonly string[], args: readonly string[] = []) {
  const output = { printed: '', errors: '', prompts: [] as string[] };
  const typed = lines.map((line): Typed => (line === '^C' ? { kind: 'interrupt' } : { kind: 'line', line }));
  let interrupt = (): void => {};
  const prompt: Prompt = {
    read: (text) => {
      output.prompts.push(text);
      const next = typed.shift() ?? { kind: 'end' };
      // Pressed while the statement runs.
      if (typed[0]?.kind === 'line' && typed[0].line === '^C while it runs') {
        typed.shift();
        setTimeout(() => interrupt(), 300);
      }
      return Promise.resolve(next);
    },
    onInterrupt: (listener) => {
      interrupt = listener;
    },
    close: () => {},
  };
  const terminal = {
    env: { DATABASE_URL: databaseUrl() },
    isTerminal: true,
    print: (text: string) => (output.printed += text),
    printError: (text: string) => (output.errors += text),
    openPrompt: () => prompt,
    stopRequested: new Promise(() => {}),
  } as unknown as Terminal;
  const code = await runProgram(['sql', ...args], terminal);
  return { ...output, code };
}

describe('the prompt of restmapper sql', function () {
  this.timeout(60_000);

  it('reads a statement over lines till its semicolon, and goes on after an error', async () => {
    const { printed, errors, prompts, code } = await type([
      "SELECT 'a;",
      "b' AS text;",
      'SELECT nope;',
      'SELECT 2 AS two; SELECT 3 AS three;',
    ]);

    expect(printed).to.contain('a;\\nb').and.to.contain(' two').and.to.contain(' three');
    expect(errors).to.contain('LINE 1: SELECT nope\n               ^');
    expect(prompts).to.deep.equal(['sql> ', '  -> ', 'sql> ', 'sql> ', 'sql> ']);
    expect(code).to.equal(0);
  });

  it('discards what is typed, and cancels what runs, at ctrl-C', async () => {
    const { printed, errors } = await type([
      "SELECT 'never",
      '^C',
      'SELECT pg_sleep(30);',
      '^C while it runs',
      'SELECT 4 AS four;',
    ]);

    expect(errors).to.contain('57014').and.not.to.contain('never');
    expect(printed).to.contain('four').and.not.to.contain('pg_sleep');
  });

  it('describes tables, and explains its commands', async () => {
    const table = `sql_${randomUUID().replaceAll('-', '')}`;
    const create = `CREATE TABLE ${table} (id int PRIMARY KEY, item text NOT NULL DEFAULT 'none' CHECK (item <> ''));`;

    const { printed, errors } = await type(
      [create, '\\d', `\\d ${table}`, '\\d nope', '\\x', '\\?', `DROP TABLE ${table};`, '\\q', 'SELECT 5;'],
      ['--write'],
    );

    expect(printed).to.match(new RegExp(` public +\\| ${table} +\\| table`));
    expect(printed).to.match(/ item +\| text +\| no +\| 'none'::text/);
    expect(printed).to.match(/ index +\| \S+_pkey +\| CREATE UNIQUE INDEX/);
    expect(printed).to.match(/ constraint +\| \S+ +\| CHECK/);
    expect(printed).to.contain('\\q ').and.not.to.contain('?column?');
    expect(errors).to.contain('42P01').and.to.contain('\\x is not a command');
  });

  it('shows that a transaction is open, and cuts long values', async () => {
    const { printed, prompts } = await type(['BEGIN;', "SELECT repeat('x', 100);", 'ROLLBACK;'], ['--write']);

    expect(prompts).to.deep.equal(['sql> ', 'sql*> ', 'sql*> ', 'sql> ']);
    expect(printed)
      .to.contain(`${'x'.repeat(59)}…`)
      .and.not.to.contain('x'.repeat(60));
  });
});
