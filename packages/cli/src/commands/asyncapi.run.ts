import { asyncApiOf } from '@restmapper/endpoints';
import { openModel, version } from '@restmapper/host';
import { type OutputCall, writeOutput } from '../command/output-option.ts';

/**
 * Generates an AsyncAPI document of a file's exchanges, queues, feeds and messages.
 *
 * @throws ConfigError with every mistake in the file.
 */
export function run({ file, output, terminal }: OutputCall): number {
  const document = asyncApiOf(openModel(file, terminal.env), { version });
  writeOutput(`${JSON.stringify(document, undefined, 2)}\n`, { output, terminal });
  return 0;
}
