import { asyncApiOf } from '@restmapper/endpoints';
import { openModel, version } from '@restmapper/host';
import type { FileCall } from '../command/cli-command.ts';

/**
 * Prints an AsyncAPI document of a file's exchanges, queues, feeds and messages.
 *
 * @throws ConfigError with every mistake in the file.
 */
export function run({ file, terminal }: FileCall): number {
  const document = asyncApiOf(openModel(file, terminal.env), { version });
  terminal.print(`${JSON.stringify(document, undefined, 2)}\n`);
  return 0;
}
