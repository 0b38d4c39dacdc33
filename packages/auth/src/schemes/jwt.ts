import type { JwtScheme } from '@restmapper/endpoints';
import {
  errors,
  type JWTPayload,
  jwtVerify,
  type JWTVerifyGetKey,
  type JWTVerifyOptions,
  type JWTVerifyResult,
} from 'jose';
import { authorizationOf, isSubject } from '../caller/credentials.ts';
import { type Principal, AuthFailure } from '../caller/principal.ts';
import { RemoteKeys } from '../remote/remote-keys.ts';
import { openSource } from '../files/source.ts';
import { parseKey } from '../secrets/static-key.ts';
import type { Verifier } from './verifier.ts';
import { type FileOptions, WatchedFile } from '../files/watched-file.ts';

/**
 * Authenticates callers by tokens signed by an identity provider.
 *
 * Only the algorithms in the file are accepted, whatever a token claims; `exp` and `sub` are required. An
 * invalid token is refused without details.
 * @throws ConfigError
 * @see RFC 8725
 */
export function openJwt(scheme: JwtScheme, options: FileOptions): Verifier {
  const { name, deniedFile } = scheme;
  const keys = openKeys(scheme, options);
  const denied =
    deniedFile === undefined
      ? undefined
      : new WatchedFile(deniedFile, { ...options, parse: (text) => parseDenied(text) });
  return {
    name,
    headers: ['authorization'],
    challenge: `Bearer realm="${name}"`,
    recognises: (credentials) => authorizationOf(credentials, 'bearer') !== undefined,
    async verify(credentials) {
      const token = authorizationOf(credentials, 'bearer') ?? '';
      const payload = await verifyToken(token, keys.find, scheme);
      if (denied) refuseDenied(payload, denied.value);
      return principalOf(payload, scheme);
    },
    close() {
      keys.close();
      denied?.close();
    },
  };
}

function openKeys(
  { name, keys, algorithms }: JwtScheme,
  options: FileOptions,
): { readonly find: JWTVerifyGetKey; close(): void } {
  if (keys.kind === 'jwks') return { find: new RemoteKeys(keys, options.log).find, close() {} };
  const { kind, source } = keys;
  const parse = (text: string, place: string) => parseKey(text, { kind, algorithms, place });
  const opened =
    source.kind === 'file'
      ? new WatchedFile(source.path, { ...options, parse })
      : openSource(
          { kind: 'here', value: parse(source.value, `auth.schemes.${name}`) },
          { ...options, parse },
        );
  return { find: async () => opened.value, close: () => opened.close() };
}

async function verifyToken(token: string, find: JWTVerifyGetKey, scheme: JwtScheme): Promise<JWTPayload> {
  const { issuer, audience, algorithms, clockToleranceMs } = scheme;
  const options = {
    issuer,
    audience,
    algorithms: [...algorithms],
    clockTolerance: clockToleranceMs / 1000,
    requiredClaims: ['exp', 'sub'],
  };
  try {
    const { payload } = await verifyWithAny(token, find, options);
    return payload;
  } catch (error) {
    if (error instanceof AuthFailure) throw error;
    // Errors that are not jose's come from a key that does not fit the token's claims.
    const reason =
      error instanceof errors.JOSEError ? `${error.code}: ${error.message}` : 'a key does not fit';
    throw new AuthFailure('invalid', reason);
  }
}

/** Tries each key if the token does not name one of several (RFC 7517, section 4.5). */
async function verifyWithAny(
  token: string,
  find: JWTVerifyGetKey,
  options: JWTVerifyOptions,
): Promise<JWTVerifyResult> {
  try {
    return await jwtVerify(token, find, options);
  } catch (error) {
    if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
    for await (const key of error) {
      const result = await jwtVerify(token, key, options).catch(passOver);
      if (result) return result;
    }
    throw new errors.JWSSignatureVerificationFailed();
  }
}

/** Whether another key may fit. Errors that are not jose's come from unusable keys, such as short ones. */
function passOver(error: unknown): undefined {
  const isOfToken =
    error instanceof errors.JOSEError && !(error instanceof errors.JWSSignatureVerificationFailed);
  if (isOfToken) throw error;
}

function refuseDenied({ jti }: JWTPayload, denied: ReadonlySet<string>): void {
  if (typeof jti !== 'string') throw new AuthFailure('invalid', 'the token has no jti');
  if (denied.has(jti)) throw new AuthFailure('invalid', 'the token is denied');
}

/** One `jti` per line; empty lines, and those that begin with `#`, are ignored. */
function parseDenied(text: string): ReadonlySet<string> {
  const lines = text.split('\n').map((line) => line.trim());
  return new Set(lines.filter((line) => line !== '' && !line.startsWith('#')));
}

function principalOf(payload: JWTPayload, { name, claims, scopeClaim }: JwtScheme): Principal {
  const { sub: subject, exp } = payload;
  if (!isSubject(subject) || exp === undefined)
    throw new AuthFailure('invalid', 'the sub of the token is invalid');
  const given = claims
    .filter((claim) => Object.hasOwn(payload, claim))
    .map((claim) => [claim, payload[claim]]);
  return {
    identity: {
      subject,
      scheme: name,
      scopes: readScopes(Object.hasOwn(payload, scopeClaim) ? payload[scopeClaim] : undefined),
      claims: Object.fromEntries(given),
    },
    expiresEpochMs: exp * 1000,
  };
}

/** Scopes as text separated by spaces (RFC 8693, section 4.2), or as a list. */
function readScopes(value: unknown): readonly string[] {
  if (typeof value === 'string') return value.split(' ').filter((scope) => scope !== '');
  return Array.isArray(value) ? value.filter((scope) => typeof scope === 'string') : [];
}
