import { asyncApiOf, openApiOf, typesOf } from '@restmapper/endpoints';
import { openModel, version } from '@restmapper/host';
import type { FileCommand } from './check.ts';

/**
 * Prints the HTTP API of a file as an OpenAPI document.
 *
 * @throws ConfigError with every mistake in the file.
 */
export function openApi({ file, terminal }: FileCommand): number {
  return printJson(openApiOf(openModel(file, terminal.env), { version }), terminal);
}

/**
 * Prints what a file has on the bus as an AsyncAPI document.
 *
 * @throws ConfigError with every mistake in the file.
 */
export function asyncApi({ file, terminal }: FileCommand): number {
  return printJson(asyncApiOf(openModel(file, terminal.env), { version }), terminal);
}

/**
 * Prints the shapes of a file's calls as a TypeScript module.
 *
 * @throws ConfigError with every mistake in the file.
 */
export function types({ file, terminal }: FileCommand): number {
  terminal.print(typesOf(openModel(file, terminal.env)));
  return 0;
}

function printJson(document: object, terminal: FileCommand['terminal']): number {
  terminal.print(`${JSON.stringify(document, undefined, 2)}\n`);
  return 0;
}
