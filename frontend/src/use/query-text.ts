import { useDebounceFn } from '@vueuse/core';
import { onScopeDispose, ref, type Ref, watch } from 'vue';
import { type LocationQueryValue, type Router, useRoute, useRouter } from 'vue-router';

/** Browsers take a hundred changes of the URL in half a minute, and not one per key. */
const afterMs = 250;

/** Changes that wait, by their names: several texts of a view may change at once. */
const waiting = new Map<string, string>();
const writeSoon = useDebounceFn(write, afterMs);

/** A text that the URL's query keeps under a name: it survives a reload, and a link shares it. */
export function useQueryText(name: string): Ref<string> {
  const route = useRoute();
  const router = useRouter();
  const text = ref(textOf(route.query[name]));
  const { path } = route;
  let written = text.value;

  watch(text, (now) => {
    written = now;
    waiting.set(name, now);
    void writeSoon(router, path); // The router reports its failures.
  });
  watch(
    () => textOf(route.query[name]),
    (now) => {
      // What comes back late from what was typed is older than what is typed now.
      if (route.path === path && !waiting.has(name) && now !== written) text.value = now;
    },
  );
  // What was typed last, before another view was opened, is of this view.
  onScopeDispose(() => waiting.delete(name));
  return text;
}

function write(router: Router, path: string): void {
  const { path: currentPath, query } = router.currentRoute.value;
  const changes = Object.fromEntries([...waiting].map(([name, text]) => [name, text || undefined]));
  waiting.clear();
  if (currentPath !== path) return;
  void router.replace({ path, query: { ...query, ...changes } }); // The router reports its failures.
}

function textOf(value: LocationQueryValue | LocationQueryValue[] | undefined): string {
  return typeof value === 'string' ? value : '';
}
