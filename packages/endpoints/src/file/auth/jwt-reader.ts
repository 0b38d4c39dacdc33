import { resolve } from 'node:path';
import { readDuration } from '../../yaml/amounts.ts';
import { extendPointer } from '../../yaml/pointer.ts';
import type { Report } from '../../yaml/report.ts';
import type { RawJwt } from './raw-auth.ts';
import type { JwtKeys, JwtScheme, Source } from '../../model/scheme.ts';

/** A `jwt` as written, under which name, and where. */
export interface JwtSource {
  readonly name: string;
  readonly raw: RawJwt;
  readonly pointer: string;
  /** The folder that paths are relative to. */
  readonly directory: string;
}

/** Completes a `jwt` with every default. */
export function readJwt(source: JwtSource, report: Report): JwtScheme {
  const { name, raw, pointer, directory } = source;
  const algorithms = raw.algorithms ?? [];
  checkFamily(source, report);
  return {
    kind: 'jwt',
    name,
    issuer: raw.issuer ?? '',
    audience: raw.audience ?? '',
    algorithms,
    keys: readKeys(source, report),
    clockToleranceMs: readDuration(
      {
        text: raw.clockTolerance,
        absent: '0s',
        least: '0s',
        most: '5m',
        pointer: extendPointer(pointer, 'clockTolerance'),
      },
      report,
    ),
    scopeClaim: raw.scopeClaim ?? 'scope',
    claims: raw.claims ?? [],
    deniedFile: raw.deniedFile === undefined ? undefined : resolve(directory, raw.deniedFile),
  };
}

function isShared(algorithm: string): boolean {
  return algorithm.startsWith('HS');
}

/** With both kinds, whoever knows the public key could sign with it as if it were the secret. */
function checkFamily({ raw, pointer }: JwtSource, report: Report): void {
  const { algorithms = [], jwks } = raw;
  const shared = algorithms.filter(isShared);
  if (shared.length === 0) return;
  const at = extendPointer(pointer, 'algorithms');
  if (shared.length < algorithms.length) {
    report.atValue(at, '`algorithms` must not mix those of public keys with those of a shared secret');
  } else if (jwks !== undefined) {
    report.atValue(at, `\`${shared[0]}\` needs a shared secret as \`key\` or \`keyFile\`, not \`jwks\``);
  }
}

function readKeys(source: JwtSource, report: Report): JwtKeys {
  const { raw, pointer, directory } = source;
  if (raw.jwks !== undefined) return readKeySet(raw.jwks, source, report);
  for (const key of ['cooldown', 'maxAge'] as const) {
    if (raw[key] !== undefined) report.atKey(extendPointer(pointer, key), `\`${key}\` only fits \`jwks\``);
  }
  const kind = raw.algorithms?.some(isShared) ? 'secret' : 'public';
  const key: Source<string> =
    raw.keyFile === undefined
      ? { kind: 'here', value: raw.key ?? '' }
      : { kind: 'file', path: resolve(directory, raw.keyFile) };
  if (kind === 'secret' && raw.key !== undefined) {
    const fault = secretFault(raw.key, raw.algorithms ?? []);
    if (fault !== undefined) report.atValue(extendPointer(pointer, 'key'), `\`key\` ${fault}`);
  }
  return { kind, source: key };
}

/** Says why a text is no shared secret for these algorithms. @see RFC 7518, section 3.2 */
export function secretFault(secret: string, algorithms: readonly string[]): string | undefined {
  if (secret.includes('-----BEGIN')) return 'must be a secret, and no key that others may know';
  const least = Math.max(...algorithms.map((algorithm) => Number(algorithm.slice(2)) / 8));
  return Buffer.byteLength(secret) < least ? `must have at least ${least} bytes` : undefined;
}

function readKeySet(url: string, { raw, pointer }: JwtSource, report: Report): JwtKeys {
  const cooldown = { text: raw.cooldown, absent: '30s', pointer: extendPointer(pointer, 'cooldown') };
  const maxAge = { text: raw.maxAge, absent: '10m', pointer: extendPointer(pointer, 'maxAge') };
  return {
    kind: 'jwks',
    url,
    cooldownMs: readDuration({ ...cooldown, least: '1s', most: '1h' }, report),
    maxAgeMs: readDuration({ ...maxAge, least: '1m', most: '24h' }, report),
  };
}
