import { setMaxListeners } from 'node:events';
import { longestTimerMs } from './deadline.ts';
import { Interrupted } from './interrupted.ts';

export interface LinkedSignal {
  readonly signal: AbortSignal;
  /** Detaches from the sources; the signal no longer aborts, unless its deadline has already passed. */
  readonly unlink: () => void;
}

export interface LinkOptions {
  /** @default none */
  readonly deadlineEpochMs?: number | undefined;
  /** Called with the reason when the signal aborts; cheaper than a listener. */
  readonly onAbort?: (reason: Error) => void;
}

/**
 * Creates a signal that aborts with any of its sources, as Interrupted with the source's reason, or at a
 * deadline.
 *
 * Unlike `AbortSignal.any`, it leaks nothing on sources that live as long as the process.
 */
export function linkSignals(
  sources: readonly AbortSignal[],
  { deadlineEpochMs = Infinity, onAbort }: LinkOptions = {},
): LinkedSignal {
  const controller = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const detach = () => {
    clearTimeout(timer);
    for (const source of sources) followers.get(source)?.delete(interrupt);
  };
  const abort = (reason: Error) => {
    if (controller.signal.aborted) return;
    detach();
    controller.abort(reason);
    onAbort?.(reason);
  };
  const interrupt = () => abort(interruptedBy(sources.find(({ aborted }) => aborted)));
  // A timer counts whole milliseconds, and may fire within the one before its time.
  const expire = () => {
    const leftMs = deadlineEpochMs - Date.now();
    if (leftMs <= 0) abort(new Error('the deadline has passed'));
    else timer = setTimeout(expire, Math.min(leftMs, longestTimerMs));
  };
  // One listener per concurrent task is not a leak.
  setMaxListeners(0, controller.signal);
  for (const source of sources) if (!controller.signal.aborted) follow(source, interrupt);
  if (Number.isFinite(deadlineEpochMs) && !controller.signal.aborted) expire();
  return {
    signal: controller.signal,
    unlink() {
      // Its timer may be the next one to fire; an abort after another has no effect.
      if (Date.now() >= deadlineEpochMs) abort(new Error('the deadline has passed'));
      detach();
    },
  };
}

/** What each source runs when it aborts: one listener for all links, since adding one costs more than the link. */
const followers = new WeakMap<AbortSignal, Set<() => void>>();

function follow(source: AbortSignal, interrupt: () => void): void {
  if (source.aborted) return interrupt();
  const known = followers.get(source);
  if (known) return void known.add(interrupt);
  const all = new Set([interrupt]);
  followers.set(source, all);
  setMaxListeners(0, source);
  source.addEventListener('abort', () => all.forEach((each) => each()), { once: true });
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
