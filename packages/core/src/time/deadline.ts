/** The maximum delay of a Node timer, in milliseconds; a longer one would fire at once. */
export const longestTimerMs = 2 ** 31 - 1;

export interface WithinOptions {
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Settles like the promise, unless the time runs out or the signal aborts first.
 *
 * The work behind the promise continues; its later outcome is ignored.
 * @throws Error naming what took too long, or the given error; the signal's reason
 */
export function within<T>(
  what: string | (() => Error),
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
      () => finish(() => reject(typeof what === 'string' ? tooLong(what, timeoutMs) : what())),
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

function tooLong(what: string, timeoutMs: number): Error {
  return new Error(`${what} took longer than ${timeoutMs} ms`);
}

/** Waits for a promise up to a time limit; resolves with whether it settled in time. */
export async function settlesWithin(promise: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  const settled = promise.then(
    () => true,
    () => true,
  );
  try {
    return await Promise.race([settled, late]);
  } finally {
    clearTimeout(timer);
  }
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
