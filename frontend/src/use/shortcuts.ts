import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import { readStored, writeStored } from './stored.ts';

export interface Shortcut {
  /** The value of `KeyboardEvent.key`, such as `p`, `?` or `ArrowLeft`. */
  readonly key: string;
  /** The description in the overview. */
  readonly does: string;
  readonly run: () => void;
}

/** A group of shortcuts under a heading in the overview. */
export interface ShortcutGroup {
  readonly title: string;
  readonly shortcuts: readonly Shortcut[];
}

const groups = shallowRef<readonly ShortcutGroup[]>([]);

/** The shortcuts of everything on the page now, for the overview. */
export const shortcutGroups = computed(() => groups.value);

/** Users of speech input can switch single-key shortcuts off (WCAG 2.1.4). Remembered. */
export const areShortcutsOn = ref(readStored('shortcuts') !== 'off');
watch(areShortcutsOn, (isOn) => writeStored('shortcuts', isOn ? undefined : 'off'));

/** Offers shortcuts while the calling component is mounted. */
export function useShortcuts(title: string, shortcuts: readonly Shortcut[]): void {
  const group = { title, shortcuts };
  groups.value = [...groups.value, group];
  onScopeDispose(() => {
    groups.value = groups.value.filter((other) => other !== group);
  });
}

/** Runs the shortcut of a key, except while text is being typed or a modifier is held. */
export function onShortcutKey(event: KeyboardEvent): void {
  if (!areShortcutsOn.value || event.defaultPrevented || event.repeat) return;
  if (event.ctrlKey || event.metaKey || event.altKey || takesText(event.composedPath()[0])) return;
  if (document.querySelector('dialog:modal') !== null) return;
  const shortcut = groups.value
    .flatMap((group) => group.shortcuts)
    .findLast(({ key }) => key.toLowerCase() === event.key.toLowerCase());
  if (!shortcut) return;
  event.preventDefault();
  shortcut.run();
}

/** Radio buttons use the arrow keys, selects use letters. */
function takesText(target: EventTarget | undefined): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || target.matches('input:not([type=checkbox]), textarea, select');
}
