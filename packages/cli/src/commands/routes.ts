import { formatRoutes, openModel } from '@restmapper/host';
import type { FileCommand } from './check.ts';

/**
 * Prints the route table of a file.
 *
 * @throws ConfigError with every mistake in it.
 */
export function routes({ file, console }: FileCommand): number {
  console.print(`${formatRoutes(openModel(file, console.env))}\n`);
  return 0;
}
