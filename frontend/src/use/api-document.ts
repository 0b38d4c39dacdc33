import { readonly, ref, type Ref, shallowRef, type ShallowRef } from 'vue';
import { basePathOf } from '../lib/base-path.ts';
import { fetchText } from '../lib/fetch-text.ts';
import { readApiDocument, type ApiDocument } from '../lib/open-api.ts';
import { problemOf, type Problem } from '../lib/problem.ts';
import { usePolling } from './polling.ts';

/** Where the document is. */
export const documentUrl = `${basePathOf()}/openapi.json`;
/** Polling intervals without and with a document; the file may change later. */
const pollMs = { missing: 3_000, known: 30_000 };

const document = shallowRef<ApiDocument>();
const problem = shallowRef<Problem>();
const atMs = ref<number>();
const isOutdated = ref(false);
let text: string | undefined;
let loading: Promise<void> | undefined;

/** The API of the running file, loaded on first use. */
export const apiDocument: Readonly<ShallowRef<ApiDocument | undefined>> = document;

export interface LoadedApiDocument {
  readonly document: Readonly<ShallowRef<ApiDocument | undefined>>;
  /** Why there is no document; undefined while it loads and once it is loaded. */
  readonly problem: Readonly<ShallowRef<Problem | undefined>>;
  readonly reload: () => Promise<void>;
  /** When the server last responded. */
  readonly atMs: Readonly<Ref<number | undefined>>;
  /** Whether the last request failed. */
  readonly isOutdated: Readonly<Ref<boolean>>;
}

/** The API of the running file; fetched once for all views, and again by `reload`. */
export function useApiDocument(): LoadedApiDocument {
  void apiDocumentLoaded(); // `problem` reports the failure.
  return {
    document,
    problem: readonly(problem),
    reload: load,
    atMs: readonly(atMs),
    isOutdated: readonly(isOutdated),
  };
}

/** Keeps the document up to date while the page is visible and the calling component is mounted. */
export function followApiDocument(): void {
  usePolling({
    everyMs: () => (isOutdated.value ? pollMs.missing : pollMs.known),
    work: () => load({ isPoll: true }),
  });
}

/** Resolves once the document is loaded or loading has failed. */
export async function apiDocumentLoaded(): Promise<void> {
  if (document.value === undefined && problem.value === undefined) await load();
}

async function load(options: { readonly isPoll?: boolean } = {}): Promise<void> {
  loading ??= fetchDocument(options).finally(() => (loading = undefined));
  await loading;
}

async function fetchDocument(options: { readonly isPoll?: boolean }): Promise<void> {
  if (!options.isPoll) problem.value = undefined;
  try {
    const fetched = await fetchText(documentUrl, options);
    // Drafts belong to the document, so an unchanged one is kept.
    if (fetched !== text) document.value = readApiDocument(JSON.parse(fetched));
    text = fetched;
    problem.value = undefined;
    atMs.value = Date.now();
    isOutdated.value = false;
  } catch (error) {
    isOutdated.value = true;
    // The view keeps using the document it has.
    if (document.value === undefined) problem.value = problemOf(error);
  }
}
