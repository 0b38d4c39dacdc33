import { useMousePressed } from '@vueuse/core';
import { watch } from 'vue';

const { pressed } = useMousePressed();

/**
 * Runs a function that moves things on the page: at once, or, while a button is pressed, after the click, so
 * that the click target does not move away from under the pointer.
 */
export function afterPress(run: () => void): void {
  if (!pressed.value) return run();
  // The click follows in the same turn.
  watch(pressed, () => void setTimeout(run), { once: true, flush: 'sync' });
}
