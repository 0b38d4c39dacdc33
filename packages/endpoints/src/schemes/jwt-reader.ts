import { resolve } from 'node:path';
import type { Scheme } from '../model/auth.ts';
import { readDuration } from '../yaml/amounts.ts';
import { extendPointer } from '../yaml/pointer.ts';
import type { SchemePlace } from './scheme-spec.ts';
import { type ContentSource, contentSourceOf } from './source.ts';

/** A token signed by an identity provider, in `Authorization: Bearer`. */
export interface JwtScheme extends Scheme {
  readonly kind: 'jwt';
  readonly issuer: string;
  readonly audience: string;
  /** Either all for public keys, or all for a shared secret. */
  readonly algorithms: readonly string[];
  readonly keys: JwtKeys;
  readonly clockToleranceMs: number;
  /** The claim with the scopes. */
  readonly scopeClaim: string;
  /** The claims that go into the identity. */
  readonly claims: readonly string[];
  /** Absolute; a file with the `jti` of each revoked token. */
  readonly deniedFile: string | undefined;
}

/** The source of the keys that verify signatures. */
export type JwtKeys =
  | { readonly kind: 'jwks'; readonly url: string; readonly cooldownMs: number; readonly maxAgeMs: number }
  | { readonly kind: 'public' | 'secret'; readonly source: ContentSource<string> };

/** A `jwt` as written. */
export interface RawJwt {
  readonly issuer?: string;
  readonly audience?: string;
  readonly algorithms?: readonly string[];
  readonly jwks?: string;
  readonly cooldown?: string;
  readonly maxAge?: string;
  readonly key?: string;
  readonly keyFile?: string;
  readonly clockTolerance?: string;
  readonly scopeClaim?: string;
  readonly claims?: readonly string[];
  readonly deniedFile?: string;
}

/** Completes a `jwt` with every default. */
export function readJwt(raw: RawJwt, place: SchemePlace): JwtScheme {
  const { name, pointer, directory, report } = place;
  const algorithms = raw.algorithms ?? [];
  checkFamily(raw, place);
  return {
    kind: 'jwt',
    name,
    issuer: raw.issuer ?? '',
    audience: raw.audience ?? '',
    algorithms,
    keys: readKeys(raw, place),
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

/** With both kinds, anyone who knows the public key could sign with it as a shared secret. */
function checkFamily({ algorithms = [], jwks }: RawJwt, { pointer, report }: SchemePlace): void {
  const shared = algorithms.filter(isShared);
  if (shared.length === 0) return;
  const at = extendPointer(pointer, 'algorithms');
  if (shared.length < algorithms.length) {
    report.atValue(at, '`algorithms` must not mix those of public keys with those of a shared secret');
  } else if (jwks !== undefined) {
    report.atValue(at, `\`${shared[0]}\` needs a shared secret as \`key\` or \`keyFile\`, not \`jwks\``);
  }
}

function readKeys(raw: RawJwt, place: SchemePlace): JwtKeys {
  const { pointer, directory, report } = place;
  if (raw.jwks !== undefined) return readKeySet(raw.jwks, raw, place);
  for (const key of ['cooldown', 'maxAge'] as const) {
    if (raw[key] !== undefined) report.atKey(extendPointer(pointer, key), `\`${key}\` only fits \`jwks\``);
  }
  const kind = raw.algorithms?.some(isShared) ? 'secret' : 'public';
  if (kind === 'secret' && raw.key !== undefined) {
    const fault = secretFault(raw.key, raw.algorithms ?? []);
    if (fault !== undefined) report.atValue(extendPointer(pointer, 'key'), `\`key\` ${fault}`);
  }
  return { kind, source: contentSourceOf(raw.key ?? '', raw.keyFile, directory) };
}

/** Describes why a text is not a shared secret for these algorithms. @see RFC 7518, section 3.2 */
export function secretFault(secret: string, algorithms: readonly string[]): string | undefined {
  if (secret.includes('-----BEGIN')) return 'must be a secret, not a public key';
  const least = Math.max(...algorithms.map((algorithm) => Number(algorithm.slice(2)) / 8));
  return Buffer.byteLength(secret) < least ? `must have at least ${least} bytes` : undefined;
}

function readKeySet(url: string, raw: RawJwt, { pointer, report }: SchemePlace): JwtKeys {
  const cooldown = { text: raw.cooldown, absent: '30s', pointer: extendPointer(pointer, 'cooldown') };
  const maxAge = { text: raw.maxAge, absent: '10m', pointer: extendPointer(pointer, 'maxAge') };
  return {
    kind: 'jwks',
    url,
    cooldownMs: readDuration({ ...cooldown, least: '1s', most: '1h' }, report),
    maxAgeMs: readDuration({ ...maxAge, least: '1m', most: '24h' }, report),
  };
}
