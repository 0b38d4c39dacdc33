import { formatRoutes, openModel } from '@restmapper/host';
import type { FileCall } from '../command/cli-command.ts';

/**
 * Prints the route table of a file.
 *
 * @throws ConfigError with every mistake in it.
 */
export function run({ file, terminal }: FileCall): number {
  terminal.print(`${formatRoutes(openModel(file, terminal.env))}\n`);
  return 0;
}
