import { typesOf } from '@restmapper/endpoints';
import { openModel } from '@restmapper/host';
import type { FileCall } from '../command/cli-command.ts';

/**
 * Prints the shapes of a file's calls as a TypeScript module.
 *
 * @throws ConfigError with every mistake in the file.
 */
export function run({ file, terminal }: FileCall): number {
  terminal.print(typesOf(openModel(file, terminal.env)));
  return 0;
}
