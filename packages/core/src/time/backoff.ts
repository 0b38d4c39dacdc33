export interface BackoffOptions {
  /** The maximum delay before the second attempt. */
  readonly firstMs: number;
  readonly capMs: number;
  /** Returns a number from 0 up to 1. @default Math.random */
  readonly random?: () => number;
}

/** The delay after a number of failures: doubled each time up to a cap, then shortened by up to half. */
export function backoffMs(
  failures: number,
  { firstMs, capMs, random = Math.random }: BackoffOptions,
): number {
  const longest = Math.min(capMs, firstMs * 2 ** (failures - 1));
  return Math.round(longest * (1 - random() / 2));
}
