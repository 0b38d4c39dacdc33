/** The kinds of scheme; `schemes/` has a room for each. */
export type SchemeKind = 'jwt' | 'apiKey' | 'basic' | 'forward' | 'hmac';

/** A way for callers to authenticate; the kind's room declares its other fields. */
export interface Scheme {
  readonly kind: SchemeKind;
  readonly name: string;
}

/** The `auth` section: the ways for callers to authenticate. */
export interface Auth {
  readonly schemes: readonly Scheme[];
  /** The names of the default schemes, less those that sign a body: the default of what has none. */
  readonly default: readonly string[];
}
