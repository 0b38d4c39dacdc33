const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is not a folder',
  EEXIST: 'it is not a folder',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EMFILE: 'too many files are open',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the path is too long',
};

/** Explains briefly why a file or folder cannot be used; the system's own text repeats path and call. */
export function describeFileError(error: unknown): string {
  return fileReasonOf(error) ?? (error instanceof Error ? error.message : String(error));
}

/** The same; `undefined` if the error is not about a file. */
export function fileReasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = 'code' in error ? String(error.code) : '';
  return reasons[code] ?? (error.cause === undefined ? undefined : fileReasonOf(error.cause));
}
