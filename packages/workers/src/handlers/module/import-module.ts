import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type { LoadModule } from '../../work/handler-room.ts';
import { findPackage } from './find-package.ts';
import { revisedUrl } from './revised-url.ts';

/**
 * Imports a module by its absolute path; a revision by a URL of its own.
 *
 * TypeScript is read by Node from version 22.18, by a loader that Node was started with, or by tsx where the module's
 * project has it.
 */
export const importModule: LoadModule = async (path, revision) => {
  if (isTypeScript(path) && !readsTypeScript()) await registerTsx(path);
  return (await import(revisedUrl(pathToFileURL(path).href, revision))) as unknown;
};

export function isTypeScript(path: string): boolean {
  return /\.[cm]?ts$/.test(path);
}

/** Whether Node reads TypeScript, or a loader that says so for `require` too, as tsx does. */
export function readsTypeScript(): boolean {
  const { features } = process as { readonly features: { readonly typescript?: unknown } };
  return Boolean(features.typescript) || '.ts' in createRequire(import.meta.url).extensions;
}

/**
 * Registers tsx, if a package can be found from the module that is to be read.
 *
 * It must come first: Node remembers that a module could not be read.
 */
async function registerTsx(path: string): Promise<void> {
  const found = findPackage('tsx', path);
  if (found !== undefined) await import(pathToFileURL(found).href);
}
