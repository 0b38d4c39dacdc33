import { ConfigError } from '@restmapper/core';
import type { LoadModule } from '../../work/handler-room.ts';
import { isDefinedHandler } from '../../work/handler.ts';
import type { DefinedHandler } from '../../work/handler.ts';
import { exportOf, loadExports, type ModuleSource } from './load-exports.ts';

export interface HandlerSource extends Omit<ModuleSource, 'subject'> {
  /** The worker's name, for the error. */
  readonly worker: string;
}

const example = 'export default defineHandler(async (call) => …)';

/**
 * Loads the handler that a worker's module has as its default export.
 *
 * @throws ConfigError naming the worker and the module, what is wrong with it and what to do.
 */
export async function loadHandler(
  { worker, ...source }: HandlerSource,
  loadModule?: LoadModule,
): Promise<DefinedHandler> {
  const exports = await loadExports({ subject: `worker ${worker}`, ...source }, loadModule);
  const handler = exportOf(exports, 'default');
  if (isDefinedHandler(handler)) return handler;
  throw new ConfigError(
    `worker ${worker}: the default export of ${source.path} must come from defineHandler: ${faultOf(exports)}`,
  );
}

function faultOf(exports: unknown): string {
  const exported = exportOf(exports, 'default');
  const name = namesOf(exports).find((name) => isDefinedHandler(exportOf(exports, name)));
  if (name !== undefined) return `it exports ${name} by name; write \`export default ${name}\``;
  if (typeof exported === 'function') {
    return `it is a plain function; write \`export default defineHandler(…)\` around it`;
  }
  if (exported === undefined) return `there is none; write \`${example}\``;
  return `it is ${describe(exported)}; write \`${example}\``;
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (value instanceof Promise) return 'a promise; await it first';
  const names = namesOf(value);
  if (typeof value !== 'object') return `of the type ${typeof value}`;
  return names.length === 0 ? 'an empty object' : `an object with ${names.slice(0, 3).join(', ')}`;
}

function namesOf(value: unknown): readonly string[] {
  return typeof value === 'object' && value !== null ? Object.keys(value) : [];
}
