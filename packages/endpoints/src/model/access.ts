/** Who may call an endpoint, or watch a feed. */
export type Access =
  | { readonly kind: 'public' }
  | {
      readonly kind: 'protected';
      /** The names of the schemes, one of which must accept the caller; empty: no access. */
      readonly schemes: readonly string[];
      /** All of them are needed. */
      readonly scopes: readonly string[];
    };
