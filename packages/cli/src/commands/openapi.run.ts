import { openApiOf } from '@restmapper/endpoints';
import { openModel, readBasePath, version } from '@restmapper/host';
import { type OutputCall, writeOutput } from '../command/output-option.ts';

/**
 * Describes the HTTP API of a file as an OpenAPI document.
 *
 * @throws ConfigError with every mistake in the file.
 */
export function run({ file, output, terminal }: OutputCall): number {
  const document = openApiOf(openModel(file, terminal.env), {
    version,
    basePath: readBasePath(terminal.env),
  });
  writeOutput(`${JSON.stringify(document, undefined, 2)}\n`, { output, terminal });
  return 0;
}
