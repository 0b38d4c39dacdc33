import { setTimeout as sleep } from 'node:timers/promises';

export interface UntilOptions {
  readonly timeoutMs?: number;
  readonly everyMs?: number;
}

/** Polls until the check returns neither `undefined` nor `false`; fails with the check's last error. */
export async function until<T>(
  check: () => T | Promise<T>,
  { timeoutMs = 10_000, everyMs = 10 }: UntilOptions = {},
): Promise<Exclude<T, false | undefined>> {
  const end = Date.now() + timeoutMs;
  let lastError: unknown = new Error('the condition never held');
  while (Date.now() < end) {
    try {
      const value = await check();
      if (value !== undefined && value !== false) return value as Exclude<T, false | undefined>;
    } catch (error) {
      lastError = error;
    }
    await sleep(everyMs);
  }
  throw new Error(`not within ${timeoutMs} ms: ${String(check)}`, { cause: lastError });
}
