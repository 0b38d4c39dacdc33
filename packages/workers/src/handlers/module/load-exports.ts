import { ConfigError, within } from '@restmapper/core';
import type { LoadModule } from '../../work/handler-room.ts';
import { importModule } from './import-module.ts';
import { explainLoadFailure } from './load-failure.ts';

/** A module that the file names. */
export interface ModuleSource {
  /** What it is to the file, for the error: `worker notes`. */
  readonly subject: string;
  readonly path: string;
  /** Which revision of the module's code to load. @default the one that was there first */
  readonly revision?: number | undefined;
  /** How long the module may take to load. @default 30000 */
  readonly timeoutMs?: number | undefined;
}

/**
 * Loads what a module exports; Node shows that of one compiled to CommonJS as its default export.
 *
 * @throws ConfigError naming the subject and the module, what is wrong with it and what to do.
 */
export async function loadExports(
  { subject, path, revision, timeoutMs = 30_000 }: ModuleSource,
  loadModule: LoadModule = importModule,
): Promise<unknown> {
  const refuse = (reason: string): ConfigError =>
    new ConfigError(`${subject}: cannot load ${path}: ${reason}`);
  const tooLong = (): ConfigError =>
    refuse(`it does not finish loading within ${timeoutMs / 1000} s; a top-level await in it does not end`);
  const loading = loadModule(path, revision).catch(async (error: unknown) => {
    throw refuse(await explainLoadFailure(error, path));
  });
  const namespace = await within(tooLong, loading, { timeoutMs });
  const exported = exportOf(namespace, 'default');
  return exportOf(exported, '__esModule') === true ? exported : namespace;
}

/** One of the exports; `undefined` if there is none of this name. */
export function exportOf(exports: unknown, name: string): unknown {
  if (typeof exports !== 'object' || exports === null) return undefined;
  return (exports as Readonly<Record<string, unknown>>)[name];
}
