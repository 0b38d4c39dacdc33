import { asyncApiOf, openApiOf, typesOf } from '@restmapper/endpoints';
import { openModel, version } from '@restmapper/host';
import type { FileCommand } from './check.ts';

/**
 * Prints the HTTP API of a file as an OpenAPI document.
 *
 * @throws ConfigError with every mistake in the file.
 */
export function openApi({ file, console }: FileCommand): number {
  return printJson(openApiOf(openModel(file, console.env), { version }), console);
}

/**
 * Prints what a file has on the bus as an AsyncAPI document.
 *
 * @throws ConfigError with every mistake in the file.
 */
export function asyncApi({ file, console }: FileCommand): number {
  return printJson(asyncApiOf(openModel(file, console.env), { version }), console);
}

/**
 * Prints the shapes of a file's calls as a TypeScript module.
 *
 * @throws ConfigError with every mistake in the file.
 */
export function types({ file, console }: FileCommand): number {
  console.print(typesOf(openModel(file, console.env)));
  return 0;
}

function printJson(document: object, console: FileCommand['console']): number {
  console.print(`${JSON.stringify(document, undefined, 2)}\n`);
  return 0;
}
