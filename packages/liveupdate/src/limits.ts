/** What one process spends on its clients. */
export interface LiveLimits {
  /** Clients at the same time; one more is answered 503. @default 10000 */
  readonly maxConnections: number;
  /** Frames kept for clients that are behind. @default 4096 */
  readonly maxRingFrames: number;
  /** Their size together; the newest frame is kept whatever its size. @default 8 MiB */
  readonly maxRingBytes: number;
  /** A client's socket is written to only while it holds less. @default 64 KiB */
  readonly maxSocketBytes: number;
  /** How long a client may be behind. @default 30000 */
  readonly maxLagMs: number;
  /** How often a client is pinged, and how long it may take to answer. @default 25000 */
  readonly pingIntervalMs: number;
  /** How long a client may take to answer a close. @default 2000 */
  readonly closeTimeoutMs: number;
  /** @default 4 KiB */
  readonly maxClientMessageBytes: number;
  /** @default 20 */
  readonly maxClientMessagesPerSecond: number;
}

export const defaultLimits: LiveLimits = {
  maxConnections: 10_000,
  maxRingFrames: 4_096,
  maxRingBytes: 8 * 1024 * 1024,
  maxSocketBytes: 64 * 1024,
  maxLagMs: 30_000,
  pingIntervalMs: 25_000,
  closeTimeoutMs: 2_000,
  maxClientMessageBytes: 4 * 1024,
  maxClientMessagesPerSecond: 20,
};
