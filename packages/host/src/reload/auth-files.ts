import type { Model } from '@restmapper/endpoints';

/** The files that the `auth` section of a model names, by their absolute paths. */
export function authFilesOf({ auth }: Model): readonly string[] {
  return filesIn(auth);
}

function filesIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => {
    const isPath = key === 'deniedFile' || (key === 'path' && 'kind' in value && value.kind === 'file');
    return isPath && typeof member === 'string' ? [member] : filesIn(member);
  });
}
