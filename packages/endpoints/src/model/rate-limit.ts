/** The rate limit of an endpoint, per gateway process. */
export interface RateLimit {
  /** The number of calls, also in one burst. */
  readonly requests: number;
  /** The time in which they are refilled. */
  readonly perMs: number;
  /** Which calls are counted together. */
  readonly by: 'identity' | 'address';
}
