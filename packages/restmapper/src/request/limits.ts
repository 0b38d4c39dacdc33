/** The limits of a gateway. */
export interface GatewayLimits {
  /** Maximum concurrent requests; further ones are answered 503. @default 1000 */
  readonly maxInFlight: number;
  /** Maximum nesting of arrays and objects in a body. @default 200 */
  readonly maxDepth: number;
  /** Maximum time for a body to arrive, within the endpoint's own timeout. @default 10000 */
  readonly bodyTimeoutMs: number;
  /** Maximum time without reading any of an answer before the caller is disconnected. @default 30000 */
  readonly sendTimeoutMs: number;
  /** Minimum rate at which a caller must read a large answer. @default 4096 */
  readonly minBytesPerSecond: number;
  /** Maximum bytes of bodies and answers held; a request beyond it is answered 503. @default 256 MB */
  readonly maxHeldBytes: number;
  /** Maximum length of the query string, as sent. @default 8192 */
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
