import { formatRoutes, openModel } from '@restmapper/host';
import type { FileCommand } from './check.ts';

/**
 * Prints the route table of a file.
 *
 * @throws ConfigError with every mistake in it.
 */
export function routes({ file, terminal }: FileCommand): number {
  terminal.print(`${formatRoutes(openModel(file, terminal.env))}\n`);
  return 0;
}
