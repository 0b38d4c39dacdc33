import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import { readStored, writeStored } from './stored.ts';

export interface Shortcut {
  /** As `KeyboardEvent.key` gives it, such as `p`, `?` or `ArrowLeft`. */
  readonly key: string;
  /** What the overview says that it does. */
  readonly does: string;
  readonly run: () => void;
}

/** Shortcuts that belong together, under their heading in the overview. */
export interface ShortcutGroup {
  readonly title: string;
  readonly shortcuts: readonly Shortcut[];
}

const groups = shallowRef<readonly ShortcutGroup[]>([]);

/** What the overview lists: the shortcuts of all that is on the page now. */
export const shortcutGroups = computed(() => groups.value);

/** Speech input types letters: who uses it can switch them off (WCAG 2.1.4). Remembered. */
export const areShortcutsOn = ref(readStored('shortcuts') !== 'off');
watch(areShortcutsOn, (isOn) => writeStored('shortcuts', isOn ? undefined : 'off'));

/** Offers shortcuts while the calling component is there. */
export function useShortcuts(title: string, shortcuts: readonly Shortcut[]): void {
  const group = { title, shortcuts };
  groups.value = [...groups.value, group];
  onScopeDispose(() => {
    groups.value = groups.value.filter((other) => other !== group);
  });
}

/** Runs the shortcut that a key stands for; whoever types text, or holds a modifier, is left alone. */
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
