import { shallowRef } from 'vue';
import type { Router } from 'vue-router';
import { readSession, writeSession } from '../use/session.ts';
import { type Place, places } from './places.ts';

const storedAs = 'places';

/** The full path at which the user left each view, by its name. */
const last = shallowRef<Readonly<Record<string, string>>>(readLast());

/** The path that restores a view with its search, filter, page and endpoint. */
export function pathTo({ name, path }: Place): string {
  return last.value[name] ?? path;
}

/** Remembers, for this tab, the path of each view on leaving it. */
export function followPlaces(router: Router): void {
  router.afterEach(({ name, fullPath }, _from, failure) => {
    if (failure !== undefined || !places.some((place) => place.name === name)) return;
    last.value = { ...last.value, [String(name)]: fullPath };
    writeSession(storedAs, last.value);
  });
}

/** Accepts only paths of the view itself: storage is untrusted. */
function readLast(): Readonly<Record<string, string>> {
  const stored = readSession(storedAs);
  if (typeof stored !== 'object' || stored === null) return {};
  const known = Object.entries(stored).filter(([name, path]) =>
    places.some((place) => place.name === name && String(path).split('?')[0] === place.path),
  );
  return Object.fromEntries(known.map(([name, path]) => [name, String(path)]));
}
