import type { ContentSource } from '@restmapper/endpoints';
import { WatchedFile, type WatchedFileOptions } from './watched-file.ts';

/** Content of `endpoints.yaml`, or of a separate file that may change. */
export interface Current<T> {
  readonly value: T;
  close(): void;
}

/** Opens a source. @throws ConfigError if its file is unreadable or invalid. */
export function openSource<T>(source: ContentSource<T>, options: WatchedFileOptions<T>): Current<T> {
  if (source.kind === 'file') return new WatchedFile(source.path, options);
  return { value: source.value, close() {} };
}
