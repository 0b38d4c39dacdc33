import { useDocumentVisibility, useTimeoutFn } from '@vueuse/core';
import { onScopeDispose, readonly, ref, type Ref, watch } from 'vue';

export interface PollingOptions {
  /** The pause between the end of one run and the start of the next. */
  readonly everyMs: number | (() => number);
  /** Must not reject; the signal aborts when the calling component is gone. */
  readonly work: (signal: AbortSignal) => Promise<void>;
}

/** Runs a task at once, then repeatedly while the page is visible and the calling component is mounted. */
export function usePolling({ everyMs, work }: PollingOptions): {
  readonly isWorking: Readonly<Ref<boolean>>;
  /** Runs it now, unless it is running. */
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
