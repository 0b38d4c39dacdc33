import { resolve } from 'node:path';

/** What stands in the file itself, or in one of its own, whose path is absolute. */
export type Source<T> =
  | { readonly kind: 'here'; readonly value: T }
  | { readonly kind: 'file'; readonly path: string };

/** Chooses the file, where one is named. */
export function sourceOf<T>(value: T, file: string | undefined, directory: string): Source<T> {
  return file === undefined ? { kind: 'here', value } : { kind: 'file', path: resolve(directory, file) };
}
