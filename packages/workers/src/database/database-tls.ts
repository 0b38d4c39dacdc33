import type { ConnectionOptions } from 'node:tls';

/**
 * Whether a connection to PostgreSQL is encrypted, and which certificates are trusted.
 *
 * | mode | is encrypted | the server's certificate |
 * |---|---|---|
 * | `disable` | never | – |
 * | `prefer` | if the server supports it | is not checked |
 * | `no-verify` | always | is not checked |
 * | `verify-ca` | always | must be signed by a trusted authority |
 * | `verify-full` | always | as `verify-ca`, and for the URL's host |
 */
export interface DatabaseTls {
  readonly mode: TlsMode;
  /** PEM files: the trusted authorities, and the client's certificate and key. */
  readonly rootCert?: string;
  readonly cert?: string;
  readonly key?: string;
}

export type TlsMode = 'disable' | 'prefer' | 'no-verify' | 'verify-ca' | 'verify-full';

/** libpq's `require` trusts any certificate; here it is as strict as `verify-full`. */
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

/** @throws SyntaxError naming the invalid parameter. */
export function parseTls(parameters: ReadonlyMap<string, string>): DatabaseTls {
  const unknown = [...parameters.keys()].find((name) => name.startsWith('ssl') && !known.has(name));
  if (unknown !== undefined) {
    throw new SyntaxError(
      `has the unknown parameter ${unknown}; the parameters for TLS are ${[...known].join(', ')}`,
    );
  }
  const [rootCert, cert, key] = ['sslrootcert', 'sslcert', 'sslkey'].map(
    (name) => parameters.get(name) || undefined,
  );
  const asked = oneOf(modes, 'sslmode', parameters) ?? oneOf(switches, 'ssl', parameters);
  const isImplied = rootCert !== undefined || cert !== undefined;
  return {
    mode: asked ?? (isImplied ? 'verify-full' : 'disable'),
    // The authorities that Node trusts by default.
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
 * Reads the files of {@link DatabaseTls}; `false` for an unencrypted connection.
 *
 * @throws Error naming the parameter whose file is unreadable.
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
