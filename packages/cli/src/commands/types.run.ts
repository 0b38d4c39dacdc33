import { typesOf } from '@restmapper/endpoints';
import { openModel } from '@restmapper/host';
import { type OutputCall, writeOutput } from '../command/output-option.ts';

/**
 * Generates the shapes of a file's calls as a TypeScript module.
 *
 * @throws ConfigError with every mistake in the file.
 */
export function run({ file, output, terminal }: OutputCall): number {
  writeOutput(typesOf(openModel(file, terminal.env)), { output, terminal });
  return 0;
}
