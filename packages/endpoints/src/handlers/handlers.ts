import type { BuiltInKind, Use } from '../model/model.ts';
import { append } from './append.ts';
import type { HandlerSpec } from './handler-spec.ts';
import { page } from './page.ts';

/** Every built-in handler. */
export const handlers: Readonly<Record<BuiltInKind, HandlerSpec>> = { append, page };

/** The built-in handler of this name; `undefined` for any other text. */
export function findHandler(name: string | undefined): HandlerSpec | undefined {
  return Object.values(handlers).find(({ key }) => key === name);
}

/** The spec of a worker's handler; `undefined` for a module. */
export function handlerOf(use: Use): HandlerSpec | undefined {
  return use.kind === 'module' ? undefined : handlers[use.kind];
}
