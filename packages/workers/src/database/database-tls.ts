import type { ConnectionOptions } from 'node:tls';

/**
 * Whether a connection to PostgreSQL is encrypted, and whose certificate counts.
 *
 * | mode | is encrypted | the server's certificate |
 * |---|---|---|
 * | `disable` | never | – |
 * | `prefer` | where the server can | is not looked at |
 * | `no-verify` | always | is not looked at |
 * | `verify-ca` | always | is signed by an authority that is trusted |
 * | `verify-full` | always | that, and is for the host of the URL |
 */
export interface DatabaseTls {
  readonly mode: TlsMode;
  /** PEM files: the authorities that are trusted, and what shows the server who connects. */
  readonly rootCert?: string;
  readonly cert?: string;
  readonly key?: string;
}

export type TlsMode = 'disable' | 'prefer' | 'no-verify' | 'verify-ca' | 'verify-full';

/** What libpq calls `require` trusts any certificate; here it is as strict as it can be. */
const modes: ReadonlyMap<string, TlsMode> = new Map([
  ['disable', 'disable'],
  ['allow', 'prefer'],
  ['prefer', 'prefer'],
  ['no-verify', 'no-verify'],
  ['require', 'verify-full'],
  ['verify-ca', 'verify-ca'],
  ['verify-full', 'verify-full'],
]);

const switches: ReadonlyMap<string, TlsMode> = new Map([
  ['true', 'verify-full'],
  ['1', 'verify-full'],
  ['false', 'disable'],
  ['0', 'disable'],
]);

const known = new Set(['ssl', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey']);

/** @throws SyntaxError naming the parameter that is wrong. */
export function parseTls(parameters: ReadonlyMap<string, string>): DatabaseTls {
  const unknown = [...parameters.keys()].find((name) => name.startsWith('ssl') && !known.has(name));
  if (unknown !== undefined) {
    throw new SyntaxError(`has the parameter ${unknown}; of TLS there are ${[...known].join(', ')}`);
  }
  const [rootCert, cert, key] = ['sslrootcert', 'sslcert', 'sslkey'].map(
    (name) => parameters.get(name) || undefined,
  );
  const asked = oneOf(modes, 'sslmode', parameters) ?? oneOf(switches, 'ssl', parameters);
  const isImplied = rootCert !== undefined || cert !== undefined;
  return {
    mode: asked ?? (isImplied ? 'verify-full' : 'disable'),
    // The authorities that Node trusts anyway.
    ...(rootCert !== undefined && rootCert !== 'system' && { rootCert }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
  };
}

function oneOf(
  values: ReadonlyMap<string, TlsMode>,
  name: string,
  parameters: ReadonlyMap<string, string>,
): TlsMode | undefined {
  const value = parameters.get(name);
  if (value === undefined || value === '') return undefined;
  const mode = values.get(value);
  if (mode === undefined)
    throw new SyntaxError(`has a ${name} that is not one of ${[...values.keys()].join(', ')}`);
  return mode;
}

/**
 * Reads the files of {@link DatabaseTls}; `false` when nothing is to be encrypted.
 *
 * @throws Error naming the parameter whose file cannot be read.
 */
export function readDatabaseTls(
  { mode, rootCert, cert, key }: DatabaseTls,
  readFile: (path: string) => string,
): ConnectionOptions | false {
  if (mode === 'disable') return false;
  const read = (parameter: string, path: string): string => {
    try {
      return readFile(path);
    } catch (error) {
      const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      const message = error instanceof Error ? error.message : String(error);
      const reason = isMissing ? 'there is no such file' : message;
      throw new Error(`cannot read ${parameter} ${path}: ${reason}`, { cause: error });
    }
  };
  return {
    rejectUnauthorized: mode === 'verify-ca' || mode === 'verify-full',
    ...(mode === 'verify-ca' && { checkServerIdentity: () => undefined }),
    ...(rootCert !== undefined && { ca: read('sslrootcert', rootCert) }),
    ...(cert !== undefined && { cert: read('sslcert', cert) }),
    ...(key !== undefined && { key: read('sslkey', key) }),
  };
}
