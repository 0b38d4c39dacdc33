import type { FileCall } from '../command/cli-command.ts';
import { type CheckedFile, checkFile } from './check-file.ts';
import { formatJson, reportOf, reportOfError } from './check-report.ts';
import { formatSarif } from './check-sarif.ts';

export interface CheckCall extends FileCall {
  /** Whether to load the modules of workers, which runs their top-level code. */
  readonly load: boolean;
  readonly json?: true;
  readonly sarif?: true;
}

/**
 * Validates a file, and prints notes about possible surprises; with `--json` or `--sarif`, one document.
 *
 * @throws ConfigError with every mistake in it, unless a document is printed.
 */
export async function run({ json, sarif, ...call }: CheckCall): Promise<number> {
  const { file, terminal } = call;
  if (json && sarif) {
    terminal.printError('error: --json and --sarif are two formats; choose one\n');
    return 2;
  }
  if (!json && !sarif) {
    terminal.print(formatText(file, await checkFile(file, call)));
    return 0;
  }
  const report = await checkFile(file, call).then(
    (checked) => reportOf(file, checked),
    (error: unknown) => reportOfError(file, error),
  );
  terminal.print(json ? formatJson(report) : formatSarif(report));
  return report.isValid ? 0 : 1;
}

function formatText(name: string, { model, notes }: CheckedFile): string {
  const { endpoints, workers, feeds } = model;
  const counts = [count(endpoints, 'endpoint'), count(workers, 'worker'), count(feeds, 'feed')];
  const lines = notes.map(({ file, line, column, message }) =>
    file === undefined ? `note: ${message}\n` : `note: ${file}:${line}:${column} ${message}\n`,
  );
  return [`${name} is valid: ${counts.join(', ')}\n`, ...lines].join('');
}

function count(things: readonly unknown[], noun: string): string {
  return `${things.length} ${noun}${things.length === 1 ? '' : 's'}`;
}
