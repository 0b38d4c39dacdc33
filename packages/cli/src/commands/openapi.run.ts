import { openApiOf } from '@restmapper/endpoints';
import { openModel, readBasePath, version } from '@restmapper/host';
import type { FileCall } from '../command/cli-command.ts';

/**
 * Prints the HTTP API of a file as an OpenAPI document.
 *
 * @throws ConfigError with every mistake in the file.
 */
export function run({ file, terminal }: FileCall): number {
  const document = openApiOf(openModel(file, terminal.env), {
    version,
    basePath: readBasePath(terminal.env),
  });
  terminal.print(`${JSON.stringify(document, undefined, 2)}\n`);
  return 0;
}
