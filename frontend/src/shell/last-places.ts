import { shallowRef } from 'vue';
import type { Router } from 'vue-router';
import { readSession, writeSession } from '../use/session.ts';
import { type Place, places } from './places.ts';

const storedAs = 'places';

/** The full path at which each view was left, by its name. */
const last = shallowRef<Readonly<Record<string, string>>>(readLast());

/** Where a view is found as it was left: with its search, its filter, its page, its endpoint. */
export function pathTo({ name, path }: Place): string {
  return last.value[name] ?? path;
}

/** Remembers, for this tab, how each view is left. */
export function followPlaces(router: Router): void {
  router.afterEach(({ name, fullPath }, _from, failure) => {
    if (failure !== undefined || !places.some((place) => place.name === name)) return;
    last.value = { ...last.value, [String(name)]: fullPath };
    writeSession(storedAs, last.value);
  });
}

/** Only what leads to the view itself: storage may hold anything. */
function readLast(): Readonly<Record<string, string>> {
  const stored = readSession(storedAs);
  if (typeof stored !== 'object' || stored === null) return {};
  const known = Object.entries(stored).filter(([name, path]) =>
    places.some((place) => place.name === name && String(path).split('?')[0] === place.path),
  );
  return Object.fromEntries(known.map(([name, path]) => [name, String(path)]));
}
