/** The bounds within which a gateway works. */
export interface GatewayLimits {
  /** Most requests worked on at once; one more is answered 503. @default 1000 */
  readonly maxInFlight: number;
  /** Deepest nesting of arrays and objects in a body. @default 200 */
  readonly maxDepth: number;
  /** Longest a body may take to arrive, within the endpoint's own timeout. @default 10000 */
  readonly bodyTimeoutMs: number;
  /** Longest a caller may go without taking anything of its answer; then it is cut. @default 30000 */
  readonly sendTimeoutMs: number;
  /** Least that a caller must take of a large answer. @default 4096 */
  readonly minBytesPerSecond: number;
  /** Most bytes of bodies and answers held at once; a request beyond it is answered 503. @default 256 MB */
  readonly maxHeldBytes: number;
  /** Longest query string, as sent. @default 8192 */
  readonly maxQueryBytes: number;
}

export const defaultLimits: GatewayLimits = {
  maxInFlight: 1000,
  maxDepth: 200,
  bodyTimeoutMs: 10_000,
  sendTimeoutMs: 30_000,
  minBytesPerSecond: 4096,
  maxHeldBytes: 256_000_000,
  maxQueryBytes: 8192,
};
