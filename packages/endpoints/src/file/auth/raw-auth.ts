import type { ClaimValues } from '../../model/scheme.ts';

/** The `auth` section once all that violates the file's schema is gone; anything may be missing. */
export interface RawAuth {
  readonly schemes?: Readonly<Record<string, RawScheme>>;
  readonly default?: string | readonly string[];
}

export interface RawScheme {
  readonly jwt?: RawJwt;
  readonly apiKey?: {
    readonly header?: string;
    readonly clients?: RawClients;
    readonly clientsFile?: string;
  };
  readonly basic?: { readonly users?: RawUsers; readonly usersFile?: string };
  readonly forward?: RawForward;
}

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

export interface RawForward {
  readonly url?: string;
  readonly headers?: readonly string[];
  readonly subject?: string;
  readonly scopeHeader?: string;
  readonly claims?: Readonly<Record<string, string>>;
  readonly timeout?: string;
}

interface RawKnown {
  readonly scopes?: readonly string[];
  readonly claims?: ClaimValues;
}

export type RawClients = Readonly<Record<string, RawKnown & { readonly keys?: readonly string[] }>>;
export type RawUsers = Readonly<Record<string, RawKnown & { readonly password?: string }>>;
