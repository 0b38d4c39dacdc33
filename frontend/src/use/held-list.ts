import { computed, shallowRef, watch, type Ref } from 'vue';

export interface HeldList<Item> {
  readonly items: Readonly<Ref<readonly Item[]>>;
  /** How many newer items wait while the list is held. */
  readonly waiting: Readonly<Ref<number>>;
  /** Whether too many items wait, so that the shown ones are no longer kept. */
  readonly isOverflown: Readonly<Ref<boolean>>;
  /** Shows the list as it is now; needed after its content was replaced. */
  readonly renew: () => void;
}

/** Follows a list, newest first; while held, it stays unchanged and newer items wait. */
export function useHeldList<Item extends { readonly key: number }>(
  source: Readonly<Ref<readonly Item[]>>,
  isHeld: Readonly<Ref<boolean>>,
): HeldList<Item> {
  const kept = shallowRef<readonly Item[]>();
  const renew = () => (kept.value = isHeld.value ? source.value : undefined);
  watch(isHeld, renew, { immediate: true, flush: 'sync' });
  const waiting = computed(() => (kept.value ? countNewer(source.value, kept.value[0]?.key ?? 0) : 0));
  const items = computed(() => kept.value ?? source.value);
  const isOverflown = computed(
    () => items.value.length > 0 && waiting.value > 0 && waiting.value === source.value.length,
  );
  return { items, waiting, isOverflown, renew };
}

/** Keys decrease from the first item to the last. */
function countNewer(items: readonly { readonly key: number }[], key: number): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((items[middle]?.key ?? 0) > key) low = middle + 1;
    else high = middle;
  }
  return low;
}
