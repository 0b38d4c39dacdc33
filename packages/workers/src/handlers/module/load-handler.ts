import { pathToFileURL } from 'node:url';
import { ConfigError } from '@restmapper/core';
import type { LoadModule } from '../../work/handler-room.ts';
import { isDefinedHandler } from '../../work/handler.ts';
import type { DefinedHandler } from '../../work/handler.ts';

export const importModule: LoadModule = async (path) => (await import(pathToFileURL(path).href)) as unknown;

export interface HandlerSource {
  /** The worker's name, for the error. */
  readonly worker: string;
  readonly path: string;
}

/**
 * Loads the handler that a worker's module exports as its default.
 *
 * @throws ConfigError naming the worker and the module.
 */
export async function loadHandler(
  { worker, path }: HandlerSource,
  loadModule: LoadModule = importModule,
): Promise<DefinedHandler> {
  const exports = await loadModule(path).catch((error: unknown) => {
    throw new ConfigError(`worker ${worker}: cannot load ${path}: ${String(error)}`);
  });
  const handler = defaultExport(exports);
  if (isDefinedHandler(handler)) return handler;
  throw new ConfigError(`worker ${worker}: the default export of ${path} must come from defineHandler`);
}

function defaultExport(exports: unknown): unknown {
  return typeof exports === 'object' && exports !== null && 'default' in exports
    ? exports.default
    : undefined;
}
