import { ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import { useIsWide } from './media.ts';

export interface Selection<Item> {
  readonly selected: ShallowRef<Item | undefined>;
  readonly isDetailOpen: Ref<boolean>;
  /** Selects an item; where there is room, its details follow. */
  readonly select: (item: Item) => void;
  /** Selects an item and shows its details. */
  readonly open: (item: Item) => void;
}

/**
 * The selected item of a list, and whether its details are shown: beside the list, or on a sheet above it.
 */
export function useSelection<Item>(): Selection<Item> {
  const selected: ShallowRef<Item | undefined> = shallowRef();
  const isDetailOpen = ref(false);
  const isWide = useIsWide();
  watch(isDetailOpen, (isOpen) => {
    // Closing the sheet keeps the selection.
    if (!isOpen && isWide.value) selected.value = undefined;
  });
  const select = (item: Item) => {
    selected.value = item;
    if (isWide.value) isDetailOpen.value = true;
  };
  const open = (item: Item) => {
    select(item);
    isDetailOpen.value = true;
  };
  return { selected, isDetailOpen, select, open };
}
