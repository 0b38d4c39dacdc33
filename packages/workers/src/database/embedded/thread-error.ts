/** WASI's numbers for errors of the folder's disk. */
const codes: Readonly<Record<number, string>> = {
  2: 'EACCES',
  19: 'EDQUOT',
  29: 'EIO',
  51: 'ENOSPC',
  63: 'EPERM',
  69: 'EROFS',
};

/**
 * Converts the value that ended the database's thread to an error: WebAssembly throws an object with a
 * number.
 */
export function toThreadError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  const number =
    typeof thrown === 'object' && thrown !== null && 'errno' in thrown ? thrown.errno : undefined;
  const code = typeof number === 'number' ? codes[number] : undefined;
  if (code === undefined) return new Error(`the database ended: ${JSON.stringify(thrown)}`);
  return Object.assign(new Error(`the database cannot use its folder: ${code}`), { code });
}
