import { onScopeDispose, readonly, ref, type Ref } from 'vue';

export interface PollingOptions {
  /** From the end of one time to the beginning of the next. */
  readonly everyMs: number | (() => number);
  /** Must not reject; is told when the caller is gone. */
  readonly work: (signal: AbortSignal) => Promise<void>;
}

/** Does something at once, then again and again while the page is in sight and the caller is there. */
export function usePolling({ everyMs, work }: PollingOptions): {
  readonly isWorking: Readonly<Ref<boolean>>;
  /** Does it now, unless it is being done. */
  readonly now: () => Promise<void>;
} {
  const isWorking = ref(false);
  const stop = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const isWanted = () => !stop.signal.aborted && document.visibilityState === 'visible';

  async function now(): Promise<void> {
    clearTimeout(timer);
    if (isWorking.value) return;
    isWorking.value = true;
    await work(stop.signal);
    isWorking.value = false;
    if (isWanted()) timer = setTimeout(now, typeof everyMs === 'number' ? everyMs : everyMs());
  }

  function onVisibility(): void {
    clearTimeout(timer);
    if (isWanted()) void now(); // The work does not reject.
  }

  document.addEventListener('visibilitychange', onVisibility);
  onScopeDispose(() => {
    document.removeEventListener('visibilitychange', onVisibility);
    clearTimeout(timer);
    stop.abort();
  });
  onVisibility();
  return { isWorking: readonly(isWorking), now };
}
