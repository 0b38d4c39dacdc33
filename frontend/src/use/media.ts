import { useMediaQuery } from '@vueuse/core';
import type { Ref } from 'vue';

/** Whether there is room for two columns: a list, and the details of its chosen item. */
export function useIsWide(): Readonly<Ref<boolean>> {
  return useMediaQuery('(min-width: 75rem)');
}

/** Whether the window is as narrow as a phone. */
export function useIsNarrow(): Readonly<Ref<boolean>> {
  return useMediaQuery('(max-width: 43.99rem)');
}
