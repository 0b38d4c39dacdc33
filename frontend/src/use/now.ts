import { onScopeDispose, readonly, ref, type Ref } from 'vue';

/** The time in epoch milliseconds, read again and again while the caller is there. */
export function useNow(everyMs: number): Readonly<Ref<number>> {
  const now = ref(Date.now());
  const timer = setInterval(() => (now.value = Date.now()), everyMs);
  onScopeDispose(() => clearInterval(timer));
  return readonly(now);
}
