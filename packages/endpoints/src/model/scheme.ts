/** The `auth` section: the ways in which callers prove who they are. */
export interface Auth {
  readonly schemes: readonly Scheme[];
  /** The names of those that count where nothing is named. */
  readonly default: readonly string[];
}

export type Scheme = JwtScheme | ApiKeyScheme | BasicScheme | ForwardScheme;

/** A token that an identity provider signed, in `Authorization: Bearer`. */
export interface JwtScheme {
  readonly kind: 'jwt';
  readonly name: string;
  readonly issuer: string;
  readonly audience: string;
  /** All of them for public keys, or all of them for a shared secret. */
  readonly algorithms: readonly string[];
  readonly keys: JwtKeys;
  readonly clockToleranceMs: number;
  /** The claim that holds the scopes. */
  readonly scopeClaim: string;
  /** The claims that go into the identity. */
  readonly claims: readonly string[];
  /** Absolute; a file with the `jti` of each token that no longer counts. */
  readonly deniedFile: string | undefined;
}

/** What a token's signature is checked with. */
export type JwtKeys =
  | { readonly kind: 'jwks'; readonly url: string; readonly cooldownMs: number; readonly maxAgeMs: number }
  | { readonly kind: 'public' | 'secret'; readonly source: Source<string> };

/** What stands in the file itself, or in one of its own, whose path is absolute. */
export type Source<T> =
  | { readonly kind: 'here'; readonly value: T }
  | { readonly kind: 'file'; readonly path: string };

/** A random key in a header. */
export interface ApiKeyScheme {
  readonly kind: 'apiKey';
  readonly name: string;
  readonly header: string;
  readonly clients: Source<readonly ApiClient[]>;
}

export type ClaimValues = Readonly<Record<string, string | number | boolean>>;

export interface ApiClient {
  readonly name: string;
  /** The SHA-256 of each key, in hexadecimal; one, or two during a change. */
  readonly keys: readonly string[];
  readonly scopes: readonly string[];
  readonly claims: ClaimValues;
}

/** A name and a password in `Authorization: Basic`. */
export interface BasicScheme {
  readonly kind: 'basic';
  readonly name: string;
  readonly users: Source<readonly BasicUser[]>;
}

export interface BasicUser {
  readonly name: string;
  /** `$scrypt$ln=15,r=8,p=3$<salt>$<hash>`, as the PHC string format writes it. */
  readonly password: string;
  readonly scopes: readonly string[];
  readonly claims: ClaimValues;
}

/** A service that is asked with some of the caller's headers. */
export interface ForwardScheme {
  readonly kind: 'forward';
  readonly name: string;
  readonly url: string;
  readonly headers: readonly string[];
  readonly subjectHeader: string;
  readonly scopeHeader: string | undefined;
  /** The header of the answer that holds a claim, by the claim's name. */
  readonly claimHeaders: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}
