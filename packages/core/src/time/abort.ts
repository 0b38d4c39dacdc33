import { setMaxListeners } from 'node:events';
import { longestTimerMs } from './deadline.ts';
import { Interrupted } from './interrupted.ts';

export interface LinkedSignal {
  readonly signal: AbortSignal;
  /** Detaches from the sources; the signal no longer aborts, unless its deadline has already passed. */
  readonly unlink: () => void;
}

/**
 * Creates a signal that aborts with any of its sources, as Interrupted with the source's reason, or at a
 * deadline.
 *
 * Unlike `AbortSignal.any`, it leaks nothing on sources that live as long as the process.
 */
export function linkSignals(sources: readonly AbortSignal[], deadlineEpochMs = Infinity): LinkedSignal {
  const controller = new AbortController();
  const interrupt = () => controller.abort(interruptedBy(sources.find(({ aborted }) => aborted)));
  let timer: NodeJS.Timeout | undefined;
  // A timer counts whole milliseconds, and may fire within the one before its time.
  const expire = () => {
    const leftMs = deadlineEpochMs - Date.now();
    if (leftMs <= 0) controller.abort(new Error('the deadline has passed'));
    else timer = setTimeout(expire, Math.min(leftMs, longestTimerMs));
  };
  // One listener per concurrent task is not a leak.
  setMaxListeners(0, controller.signal, ...sources);
  if (Number.isFinite(deadlineEpochMs)) expire();
  for (const source of sources) {
    if (source.aborted) interrupt();
    source.addEventListener('abort', interrupt, { once: true });
  }
  return {
    signal: controller.signal,
    unlink() {
      clearTimeout(timer);
      // Its timer may be the next one to fire; an abort after another has no effect.
      if (Date.now() >= deadlineEpochMs) controller.abort(new Error('the deadline has passed'));
      for (const source of sources) source.removeEventListener('abort', interrupt);
    },
  };
}

function interruptedBy(source: AbortSignal | undefined): Interrupted {
  const reason: unknown = source?.reason;
  // An abort without a reason has a DOMException.
  return reason instanceof Error && reason.name !== 'AbortError'
    ? new Interrupted(reason.message, { cause: reason })
    : new Interrupted('the process ends');
}

/**
 * Waits for a promise until a signal aborts; the promise is ignored afterwards.
 *
 * @throws the signal's reason
 */
export async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let stop = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
