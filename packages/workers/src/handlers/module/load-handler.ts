import { ConfigError, within } from '@restmapper/core';
import type { LoadModule } from '../../work/handler-room.ts';
import { isDefinedHandler } from '../../work/handler.ts';
import type { DefinedHandler } from '../../work/handler.ts';
import { importModule } from './import-module.ts';
import { explainLoadFailure } from './load-failure.ts';

export interface HandlerSource {
  /** The worker's name, for the error. */
  readonly worker: string;
  readonly path: string;
  /** Which revision of the module's code to load. @default the one that was there first */
  readonly revision?: number | undefined;
  /** How long the module may take to load. @default 30000 */
  readonly timeoutMs?: number;
}

const example = 'export default defineHandler(async (call) => …)';

/**
 * Loads the handler that a worker's module has as its default export.
 *
 * @throws ConfigError naming the worker and the module, what is wrong with it and what to do.
 */
export async function loadHandler(
  { worker, path, revision, timeoutMs = 30_000 }: HandlerSource,
  loadModule: LoadModule = importModule,
): Promise<DefinedHandler> {
  const refuse = (reason: string): ConfigError =>
    new ConfigError(`worker ${worker}: cannot load ${path}: ${reason}`);
  const tooLong = (): ConfigError =>
    refuse(`it does not finish loading within ${timeoutMs / 1000} s; a top-level await in it does not end`);
  const loading = loadModule(path, revision).catch(async (error: unknown) => {
    throw refuse(await explainLoadFailure(error, path));
  });
  const exports = exportsOf(await within(tooLong, loading, { timeoutMs }));
  const handler = memberOf(exports, 'default');
  if (isDefinedHandler(handler)) return handler;
  throw new ConfigError(
    `worker ${worker}: the default export of ${path} must come from defineHandler: ${faultOf(exports)}`,
  );
}

/** What a module exports; Node shows that of one compiled to CommonJS as its default export. */
function exportsOf(namespace: unknown): unknown {
  const exported = memberOf(namespace, 'default');
  return memberOf(exported, '__esModule') === true ? exported : namespace;
}

function faultOf(exports: unknown): string {
  const exported = memberOf(exports, 'default');
  const name = namesOf(exports).find((name) => isDefinedHandler(memberOf(exports, name)));
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

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined;
  return (value as Readonly<Record<string, unknown>>)[name];
}
