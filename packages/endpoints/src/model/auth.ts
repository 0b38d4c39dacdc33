/** The kinds of scheme; `schemes/` has a room for each. */
export type SchemeKind = 'jwt' | 'apiKey' | 'basic' | 'forward';

/** One way in which callers prove who they are; its room says what else there is to a kind. */
export interface Scheme {
  readonly kind: SchemeKind;
  readonly name: string;
}

/** The `auth` section: the ways in which callers prove who they are. */
export interface Auth {
  readonly schemes: readonly Scheme[];
  /** The names of those that count where nothing is named. */
  readonly default: readonly string[];
}
