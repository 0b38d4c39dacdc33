import { type Log, requestError, RequestError } from '@restmapper/core';
import { type Access, type Auth, signsBody } from '@restmapper/endpoints';
import type { Credentials } from './caller/credentials.ts';
import { type Caller, type Principal, AuthFailure } from './caller/principal.ts';
import { noBody, type ReadBody, type Verifier } from './schemes/verifier.ts';
import { openVerifier } from './schemes/verifiers.ts';

export interface AuthenticatorOptions {
  readonly log: Log;
  /** How often files of keys, clients, users and denied tokens are checked, in milliseconds. @default 2000 */
  readonly filesEveryMs?: number;
}

/** Authenticates and authorizes callers. */
export interface Authenticator {
  /** The headers that may carry credentials. */
  readonly headers: readonly string[];
  /** Whether a caller of one of these schemes can be authenticated by a signature of the body. */
  needsBody(schemes: readonly string[]): boolean;
  /**
   * Authenticates a caller by the matching schemes; those by which a body is signed come last.
   *
   * @param readBody - Reads the body, for a scheme by which it is signed. @default there is none
   * @throws RequestError that `readBody` throws; nothing else.
   */
  identify(credentials: Credentials, schemes: readonly string[], readBody?: ReadBody): Promise<Caller>;
  /**
   * Returns the authorized caller; undefined for public access.
   *
   * | refused because | status | code |
   * |---|---|---|
   * | the caller lacks a scope | 403 | `INSUFFICIENT_SCOPE` |
   * | an auth service refuses the caller, or there is no scheme | 403 | `FORBIDDEN` |
   * | an auth service asks the caller to wait | 429 with `Retry-After` | `RATE_LIMITED` |
   * | the identity of the caller cannot be verified right now | 503 | `AUTH_UNAVAILABLE` |
   * | the caller is unknown | 401 with `WWW-Authenticate` | `UNAUTHENTICATED` |
   *
   * @throws RequestError with one of these.
   */
  authorise(caller: Caller, access: Access): Principal | undefined;
  /** Stops watching files. */
  close(): void;
}

/**
 * Opens the schemes of a file.
 *
 * ```ts
 * import { openAuthenticator, sha256 } from '@restmapper/auth';
 * import { silentLog } from '@restmapper/core';
 * import { parseEndpoints } from '@restmapper/endpoints';
 *
 * const key = 'kept-by-the-caller'; // `restmapper key` makes one.
 * const text = `
 * endpoints: { GET /orders: { rpc: true, scopes: [read] } }
 * auth:
 *   schemes:
 *     shops: { apiKey: { clients: { shop1: { keys: [${sha256(key).toString('hex')}], scopes: [read] } } } }
 * `;
 * const { auth } = parseEndpoints(text, { file: 'endpoints.yaml', directory: '.' });
 * const authenticator = openAuthenticator(auth, { log: silentLog });
 * const caller = await authenticator.identify({ 'x-api-key': key }, ['shops']);
 * const principal = authenticator.authorise(caller, { kind: 'protected', schemes: ['shops'], scopes: ['read'] });
 * console.log(principal?.identity.subject); // shop1
 * authenticator.close();
 * ```
 * @throws ConfigError if a key or a file is invalid.
 */
export function openAuthenticator(
  auth: Auth | undefined,
  { log, filesEveryMs = 2_000 }: AuthenticatorOptions,
): Authenticator {
  const verifiers = new Map<string, Verifier>();
  try {
    for (const scheme of auth?.schemes ?? []) {
      verifiers.set(scheme.name, openVerifier(scheme, { log, everyMs: filesEveryMs }));
    }
  } catch (error) {
    closeAll(verifiers);
    throw error;
  }
  const signing = new Set((auth?.schemes ?? []).filter(signsBody).map(({ name }) => name));
  return {
    headers: [...new Set([...verifiers.values()].flatMap(({ headers }) => headers))],
    needsBody: (schemes) => schemes.some((name) => signing.has(name)),
    identify: async (credentials, schemes, readBody = noBody) => {
      const verifyBy = (names: readonly string[]): Promise<(Principal | AuthFailure)[]> =>
        Promise.all(
          names
            .flatMap((name) => verifiers.get(name) ?? [])
            .filter((verifier) => verifier.recognises(credentials))
            .map((verifier) => settle(verifier, () => verifier.verify(credentials, readBody), log)),
        );
      if (signing.size === 0) return callerOf(await verifyBy(schemes));
      const byHeaders = await verifyBy(schemes.filter((name) => !signing.has(name)));
      return callerOf([...byHeaders, ...(await verifyBy(schemes.filter((name) => signing.has(name))))]);
    },
    authorise: (caller, access) => authorise(caller, access, verifiers),
    close: () => closeAll(verifiers),
  };
}

function callerOf(found: readonly (Principal | AuthFailure)[]): Caller {
  return {
    principals: found.filter((result) => 'identity' in result),
    refusals: found.filter((result) => result instanceof AuthFailure),
  };
}

function authorise(
  caller: Caller,
  access: Access,
  verifiers: ReadonlyMap<string, Verifier>,
): Principal | undefined {
  if (access.kind === 'public') return undefined;
  const known = caller.principals.filter(({ identity }) => access.schemes.includes(identity.scheme));
  const allowed = known.find(({ identity }) =>
    access.scopes.every((scope) => identity.scopes.includes(scope)),
  );
  if (allowed) return allowed;
  if (known.length > 0) throw lacksScope(access.scopes);
  const challenges = access.schemes.flatMap((name) => verifiers.get(name)?.challenge ?? []);
  throw notKnown(caller, challenges);
}

function closeAll(verifiers: ReadonlyMap<string, Verifier>): void {
  for (const verifier of verifiers.values()) verifier.close();
}

async function settle(
  { name }: Verifier,
  verify: () => Promise<Principal>,
  log: Log,
): Promise<Principal | AuthFailure> {
  try {
    return await verify();
  } catch (error) {
    if (error instanceof AuthFailure) return error;
    // The body could not be read; that says nothing about the caller.
    if (error instanceof RequestError) throw error;
    // An internal error denies access.
    log.error({ err: error, scheme: name }, 'credentials could not be verified');
    return new AuthFailure('unavailable', 'a defect', { cause: error });
  }
}

function lacksScope(scopes: readonly string[]): RequestError {
  const needed = scopes.join(' ');
  return requestError('INSUFFICIENT_SCOPE', {
    detail: `this needs the scope ${needed}`,
    headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${needed}"` },
  });
}

function notKnown({ refusals }: Caller, challenges: readonly string[]): RequestError {
  const [cause] = (['forbidden', 'limited', 'unavailable'] as const).flatMap(
    (kind) => refusals.find((refusal) => refusal.kind === kind) ?? [],
  );
  if (cause?.kind === 'forbidden' || challenges.length === 0) {
    return requestError('FORBIDDEN', { detail: 'the caller has no access', cause });
  }
  if (cause?.kind === 'limited') {
    return requestError('RATE_LIMITED', {
      detail: 'the auth service limits requests about this caller',
      headers: { 'retry-after': cause.retryAfter ?? '1' },
      cause,
    });
  }
  if (cause) {
    return requestError('AUTH_UNAVAILABLE', {
      detail: 'the identity of the caller cannot be verified right now',
      cause,
    });
  }
  const [refusal] = refusals;
  return requestError('UNAUTHENTICATED', {
    detail: refusal ? 'the credentials are invalid' : 'this needs credentials',
    headers: { 'www-authenticate': challenges.join(', ') },
    cause: refusal,
  });
}
