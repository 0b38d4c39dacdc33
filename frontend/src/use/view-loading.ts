import { readonly, ref, shallowRef, type ShallowRef } from 'vue';
import type { Router } from 'vue-router';
import { readSession, writeSession } from './session.ts';

/** The script of a view could not be loaded: the server is away, or has another version of the page by now. */
export class ViewLoadError extends Error {
  override readonly name = 'ViewLoadError';
}

/** A view that is loaded when it is wanted. */
export function lazy<View>(load: () => Promise<View>): () => Promise<View> {
  return async () => {
    try {
      return await load();
    } catch (cause) {
      throw new ViewLoadError('the view could not be loaded', { cause });
    }
  };
}

/** A view that was asked for and did not come. */
export interface LostView {
  readonly title: string;
  readonly path: string;
}

const storedAs = 'reload';
/** A page that was loaded for a view a moment ago, and lacks it still, is not loaded for it again. */
const onceInMs = 60_000;

const isLoading = ref(false);
const lost: ShallowRef<LostView | undefined> = shallowRef();

/** Whether a view is on its way. */
export const isViewLoading = readonly(isLoading);
/** The view that could not be loaded. */
export const lostView: Readonly<ShallowRef<LostView | undefined>> = lost;

/**
 * Loads the page again, once, when a view of it is gone: after an upgrade the server has other files. While the
 * server does not answer, the page stays as it is, and {@link lostView} says what is missing.
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
