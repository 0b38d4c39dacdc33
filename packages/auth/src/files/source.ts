import type { Source } from '@restmapper/endpoints';
import { WatchedFile, type WatchedFileOptions } from './watched-file.ts';

/** What stands in `endpoints.yaml`, or in a file of its own that may change. */
export interface Current<T> {
  readonly value: T;
  close(): void;
}

/** Opens a source as it is written. @throws ConfigError when its file cannot be read, or is wrong. */
export function openSource<T>(source: Source<T>, options: WatchedFileOptions<T>): Current<T> {
  if (source.kind === 'file') return new WatchedFile(source.path, options);
  return { value: source.value, close() {} };
}
