/** The longest time a Node timer can wait, in milliseconds; a longer one would fire at once. */
export const longestTimerMs = 2 ** 31 - 1;

/** How long the broker may take to answer one method. */
export const methodTimeoutMs = 5000;

export interface WithinOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * What the promise gives, unless the time is over or the signal aborts first.
 *
 * The work behind the promise runs on; what becomes of it later is ignored.
 * @throws Error that names what took too long, or the signal's reason.
 */
export function within<T>(
  what: string,
  promise: Promise<T>,
  { timeoutMs, signal }: WithinOptions,
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const giveUp = (): void => finish(() => reject(asError(signal?.reason)));
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', giveUp);
      settle();
    };
    const timer = setTimeout(
      () => finish(() => reject(new Error(`${what} took longer than ${timeoutMs} ms`))),
      Math.min(timeoutMs, longestTimerMs),
    );
    signal?.addEventListener('abort', giveUp, { once: true });
    promise.then(
      (value) => finish(() => resolve(value)),
      (error: unknown) => finish(() => reject(asError(error))),
    );
    if (signal?.aborted) giveUp();
  });
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** Resolves after the time, or at once when the signal aborts. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
    if (signal.aborted) end();
  });
}

export function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
