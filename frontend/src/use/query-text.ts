import { useDebounceFn } from '@vueuse/core';
import { onScopeDispose, ref, type Ref, watch } from 'vue';
import { type LocationQueryValue, type Router, useRoute, useRouter } from 'vue-router';

/** Browsers allow about a hundred URL changes in half a minute, too few for one per key. */
const afterMs = 250;

/** Pending changes by name: several texts of a view may change at once. */
const waiting = new Map<string, string>();
const writeSoon = useDebounceFn(write, afterMs);

/** A text kept in the URL's query under a name: it survives a reload and is part of a shared link. */
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
      // The URL lags behind: a late change of it is older than the typed text.
      if (route.path === path && !waiting.has(name) && now !== written) text.value = now;
    },
  );
  // Text typed just before another view was opened belongs to this view.
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
