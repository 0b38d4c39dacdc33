/** Who may call an endpoint, or watch a feed. */
export type Access =
  | { readonly kind: 'public' }
  | {
      readonly kind: 'protected';
      /** The names of the schemes of which one must know the caller; empty: nobody may. */
      readonly schemes: readonly string[];
      /** All of them are needed. */
      readonly scopes: readonly string[];
    };
