import { useDocumentVisibility, useTimeoutFn } from '@vueuse/core';
import { onScopeDispose, readonly, ref, type Ref, watch } from 'vue';

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
  const gone = new AbortController();
  const visibility = useDocumentVisibility();
  const timer = useTimeoutFn(now, everyMs, { immediate: false });
  const isWanted = () => !gone.signal.aborted && visibility.value === 'visible';

  async function now(): Promise<void> {
    timer.stop();
    if (isWorking.value) return;
    isWorking.value = true;
    await work(gone.signal);
    isWorking.value = false;
    if (isWanted()) timer.start();
  }

  function follow(): void {
    timer.stop();
    if (isWanted()) void now(); // The work does not reject.
  }

  watch(visibility, follow, { immediate: true });
  onScopeDispose(() => gone.abort());
  return { isWorking: readonly(isWorking), now };
}
