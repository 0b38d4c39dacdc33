import { ref, watchEffect } from 'vue';
import { readStored, writeStored } from './stored.ts';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

/** The chosen theme; remembered, and applied before the first paint by public/theme.js. */
export const theme = ref<Theme>(themes.find((name) => name === readStored('theme')) ?? 'system');

/** Applies {@link theme} to the document. */
export function followTheme(): void {
  watchEffect(() => {
    const chosen = theme.value === 'system' ? undefined : theme.value;
    if (chosen === undefined) delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = chosen;
    writeStored('theme', chosen);
  });
}
