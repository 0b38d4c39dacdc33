import type { CallPath } from '../model/call-path.ts';
import type { JsonSchema, Model } from '../model/model.ts';
import type { BuiltInKind, Use } from '../model/use.ts';
import { append } from './append.ts';
import type { HandlerSpec } from './handler-spec.ts';
import { page } from './page.ts';
import { sql } from './sql.ts';

type Specs = { readonly [Kind in BuiltInKind]: HandlerSpec<Kind> };

/** Every built-in handler. */
export const handlers: Specs = { append, page, sql };

type AnySpec = Specs[BuiltInKind];

/** The built-in handler of this name; `undefined` for any other text. */
export function findHandler(name: string | undefined): AnySpec | undefined {
  return Object.values(handlers).find(({ key }) => key === name);
}

/** The spec of a worker's handler; `undefined` for a module. */
export function handlerOf(use: Use): AnySpec | undefined {
  return use.kind === 'module' ? undefined : handlers[use.kind];
}

/** The names of the handlers that read a key of a worker. */
export function handlersWith(key: string): readonly string[] {
  return Object.values(handlers)
    .filter(({ keys }) => Object.hasOwn(keys, key))
    .map((spec) => spec.key);
}

/** The values of a call that the keys of a built-in handler name. */
export function callPathsOf(use: Use): readonly CallPath[] {
  if (use.kind === 'module') return [];
  // A spec is called only with options of its kind, as selected by `use`.
  const { pathsOf } = handlers[use.kind] as HandlerSpec;
  return pathsOf?.(use) ?? [];
}

/** The status of a built-in handler's answers, if it is not the endpoint's. */
export function builtInStatusOf(use: Use): number | undefined {
  if (use.kind === 'module') return undefined;
  // A spec is called only with options of its kind, as selected by `use`.
  const { statusOf } = handlers[use.kind] as HandlerSpec;
  return statusOf?.(use);
}

/** The schema of a built-in handler's replies, if it is known. */
export function builtInReplyOf(use: Use, model: Model): JsonSchema | undefined {
  if (use.kind === 'module') return undefined;
  // A spec is called only with options of its kind, as selected by `use`.
  const { replySchemaOf } = handlers[use.kind] as HandlerSpec;
  return replySchemaOf?.(use, model);
}
