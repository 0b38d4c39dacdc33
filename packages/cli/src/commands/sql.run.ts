import { ConfigError } from '@restmapper/core';
import { describeFileError, parseSettings, roles } from '@restmapper/host';
import { openEmbeddedConsoleIn } from '@restmapper/host/services';
import { openPostgresConsole, type SqlConsole } from '@restmapper/workers';
import type { CommandCall } from '../command/cli-command.ts';
import { runPrompt } from './sql-prompt.ts';
import { runScript } from './sql-script.ts';
import { createSession, printNotice, type RowFormatName } from './sql-session.ts';

export interface SqlCall extends CommandCall {
  readonly statement?: string;
  readonly file?: string;
  readonly json?: true;
  readonly csv?: true;
  readonly write?: true;
  readonly timeout?: number;
}

/** Runs statements, or a prompt; resolves with 1 if a statement failed, and 2 after wrong usage. @throws ConfigError */
export async function run(call: SqlCall): Promise<number> {
  const { terminal } = call;
  const mistake = findMistake(call);
  if (mistake !== undefined) {
    terminal.printError(`${mistake}\n`);
    return 2;
  }
  const mayWrite = call.write === true;
  const format = formatOf(call);
  const prompt =
    call.statement === undefined && call.file === undefined ? terminal.openPrompt?.() : undefined;
  // Until statements can be cancelled.
  prompt?.onInterrupt(() => terminal.exit(1));
  try {
    const text = prompt ? '' : await readStatements(call);
    const { console, ...advice } = await openConsole(call);
    try {
      const session = createSession(console, { terminal, format, mayWrite, ...advice });
      return await (prompt ? runPrompt(prompt, session) : runScript(text, session));
    } finally {
      await console.close();
    }
  } finally {
    prompt?.close();
  }
}

function findMistake({ json, csv, statement, file }: SqlCall): string | undefined {
  if (json && csv) return 'error: --json and --csv exclude each other';
  return statement !== undefined && file !== undefined
    ? 'error: a statement and --file are given'
    : undefined;
}

function formatOf({ json, csv }: SqlCall): RowFormatName {
  if (json) return 'json';
  return csv ? 'csv' : 'table';
}

/** @throws ConfigError if the file cannot be read */
async function readStatements({ statement, file, terminal }: SqlCall): Promise<string> {
  if (statement !== undefined) return statement;
  if (file === undefined || file === '-') return terminal.readInput();
  try {
    return terminal.readFile(file).replace(/^\ufeff/, '');
  } catch (error) {
    throw new ConfigError(`--file ${file} cannot be read: ${describeFileError(error)}`);
  }
}

interface OpenConsole {
  readonly console: SqlConsole;
  readonly connectAdvice?: string;
}

async function openConsole({ terminal, write, timeout = 30 }: SqlCall): Promise<OpenConsole> {
  const { databaseUrl, dataDir } = parseSettings(terminal.env, {
    role: roles.start,
    readFile: terminal.readFile,
  });
  const options = {
    mayWrite: write === true,
    statementTimeoutMs: timeout * 1000,
    onNotice: (notice: string) => printNotice(notice, terminal),
  };
  if (databaseUrl === undefined) {
    return { console: await openEmbeddedConsoleIn({ ...options, directory: dataDir }) };
  }
  const console = openPostgresConsole({ ...options, url: databaseUrl });
  return { console, connectAdvice: `start the server of ${console.place}, or correct DATABASE_URL` };
}
