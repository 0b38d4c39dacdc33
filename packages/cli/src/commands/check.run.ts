import { openLocator, roles } from '@restmapper/host';
import { inspectLive } from '@restmapper/host/services';
import type { FileCall } from '../command/cli-command.ts';
import { checkFile } from './check-file.ts';
import {
  type CheckReport,
  formatJson,
  type Problem,
  reportOf,
  reportOfError,
  withLive,
} from './check-report.ts';
import { formatSarif } from './check-sarif.ts';

export interface CheckCall extends FileCall {
  /** Whether to load the modules of workers, which runs their top-level code. */
  readonly load: boolean;
  /** Whether to compare the file with the servers. */
  readonly live?: true;
  /** The role whose rights the user of the servers needs. */
  readonly role: keyof typeof roles;
  readonly json?: true;
  readonly sarif?: true;
}

/**
 * Validates a file, and with `--live` compares it with the servers; prints notes about possible surprises, or one
 * document with `--json` or `--sarif`.
 *
 * @throws ConfigError with every mistake in it, unless a document is printed.
 */
export async function run({ json, sarif, ...call }: CheckCall): Promise<number> {
  const { file, terminal } = call;
  if (json && sarif) {
    terminal.printError('error: --json and --sarif are two formats; choose one\n');
    return 2;
  }
  const isDocument = json ?? sarif ?? false;
  const report = await check(call).catch((error: unknown) => {
    if (!isDocument) throw error;
    return reportOfError(file, error);
  });
  if (!isDocument) terminal.print(formatText(report));
  else terminal.print(json ? formatJson(report) : formatSarif(report));
  return report.problems.some(({ severity }) => severity === 'error') ? 1 : 0;
}

async function check({
  file,
  load,
  live,
  role,
  terminal,
}: Omit<CheckCall, 'json' | 'sarif'>): Promise<CheckReport> {
  const checked = await checkFile(file, { terminal, load });
  const report = reportOf(file, checked);
  if (!live) return report;
  const { model } = checked;
  const found = await inspectLive({ model, role: roles[role], terminal });
  return withLive(report, found, { model, locate: openLocator(file, terminal.env) });
}

function formatText({ file: name, summary, problems }: CheckReport): string {
  const counts = Object.entries(summary ?? {}).map(([noun, number]) => count(number, noun.slice(0, -1)));
  return [`${name} is valid: ${counts.join(', ')}\n`, ...problems.map(formatProblem)].join('');
}

function formatProblem({ severity, file, line, column, message }: Problem): string {
  const place = file === undefined ? '' : `${file}:${line}:${column} `;
  return `${severity}: ${place}${message}\n`;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
