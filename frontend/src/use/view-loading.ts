import { readonly, ref, shallowRef, type ShallowRef } from 'vue';
import type { Router } from 'vue-router';
import { readSession, writeSession } from './session.ts';

/** The script of a view could not be loaded: the server is down, or has a newer version of the page. */
export class ViewLoadError extends Error {
  override readonly name = 'ViewLoadError';
}

/** A view that is loaded on demand. */
export function lazy<View>(load: () => Promise<View>): () => Promise<View> {
  return async () => {
    try {
      return await load();
    } catch (cause) {
      throw new ViewLoadError('the view could not be loaded', { cause });
    }
  };
}

/** A view that failed to load. */
export interface LostView {
  readonly title: string;
  readonly path: string;
}

const storedAs = 'reload';
/** A page just reloaded for a view that is still missing is not reloaded again. */
const onceInMs = 60_000;

const isLoading = ref(false);
const lost: ShallowRef<LostView | undefined> = shallowRef();

/** Whether a view is loading. */
export const isViewLoading = readonly(isLoading);
/** The view that could not be loaded. */
export const lostView: Readonly<ShallowRef<LostView | undefined>> = lost;

/**
 * Reloads the page once when a view of it is gone, since the server has other files after an upgrade. While
 * the server does not respond, the page stays, and {@link lostView} says what is missing.
 */
export function followViews(router: Router): void {
  router.beforeEach(() => {
    isLoading.value = true;
  });
  router.afterEach((_to, _from, failure) => {
    isLoading.value = false;
    if (failure === undefined) lost.value = undefined;
  });
  router.onError(async (error, to) => {
    isLoading.value = false;
    if (!(error instanceof ViewLoadError)) return;
    if (wasReloadedFor(to.fullPath) || !(await isServerThere())) {
      lost.value = { title: to.meta.title, path: to.fullPath };
      return;
    }
    writeSession(storedAs, { path: to.fullPath, atMs: Date.now() });
    location.assign(to.fullPath);
  });
}

function wasReloadedFor(path: string): boolean {
  const stored = readSession(storedAs) as { path?: unknown; atMs?: unknown } | undefined;
  return stored?.path === path && Date.now() - Number(stored.atMs) < onceInMs;
}

async function isServerThere(): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(5_000);
    return (await fetch('/', { signal, cache: 'no-store', headers: { accept: 'text/html' } })).ok;
  } catch {
    return false;
  }
}
