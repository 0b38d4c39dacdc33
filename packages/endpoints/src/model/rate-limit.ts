/** How often an endpoint may be called, in each gateway process. */
export interface RateLimit {
  /** How many calls, also all at once. */
  readonly requests: number;
  /** In what time they come back. */
  readonly perMs: number;
  /** Whose calls are counted together. */
  readonly by: 'identity' | 'address';
}
