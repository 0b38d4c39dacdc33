import { resolve } from 'node:path';

/** Content of the file itself, or of a separate file with an absolute path. */
export type ContentSource<T> =
  | { readonly kind: 'here'; readonly value: T }
  | { readonly kind: 'file'; readonly path: string };

/** Uses the separate file, if one is named. */
export function contentSourceOf<T>(value: T, file: string | undefined, directory: string): ContentSource<T> {
  return file === undefined ? { kind: 'here', value } : { kind: 'file', path: resolve(directory, file) };
}
