import { readonly, ref, type Ref, shallowRef, type ShallowRef } from 'vue';
import { fetchText } from '../lib/fetch-text.ts';
import { readApiDocument, type ApiDocument } from '../lib/open-api.ts';
import { problemOf, type Problem } from '../lib/problem.ts';
import { usePolling } from './polling.ts';

const source = '/api/v1/openapi.json';
/** While there is none, and while there is one: another version of the file may run by then. */
const pollMs = { missing: 3_000, known: 30_000 };

const document = shallowRef<ApiDocument>();
const problem = shallowRef<Problem>();
const atMs = ref<number>();
const isOutdated = ref(false);
let text: string | undefined;
let loading: Promise<void> | undefined;

/** What the running file offers, once somebody has asked for it. */
export const apiDocument: Readonly<ShallowRef<ApiDocument | undefined>> = document;

export interface LoadedApiDocument {
  readonly document: Readonly<ShallowRef<ApiDocument | undefined>>;
  /** Why there is no document; undefined while it loads and once it is there. */
  readonly problem: Readonly<ShallowRef<Problem | undefined>>;
  readonly reload: () => Promise<void>;
  /** When the server answered last. */
  readonly atMs: Readonly<Ref<number | undefined>>;
  /** Whether the server did not answer when it was asked last. */
  readonly isOutdated: Readonly<Ref<boolean>>;
}

/** What the running file offers; fetched once for all views, and again by `reload`. */
export function useApiDocument(): LoadedApiDocument {
  void apiDocumentLoaded(); // `problem` tells what failed.
  return {
    document,
    problem: readonly(problem),
    reload: load,
    atMs: readonly(atMs),
    isOutdated: readonly(isOutdated),
  };
}

/** Keeps the document up to date while the page is in sight and the caller is there. */
export function followApiDocument(): void {
  usePolling({
    everyMs: () => (isOutdated.value ? pollMs.missing : pollMs.known),
    work: () => load({ isPoll: true }),
  });
}

/** Resolves once the document is there, or it is known why not. */
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
    const fetched = await fetchText(source, options);
    // What is being put in for a call belongs to the document: the same one stays.
    if (fetched !== text) document.value = readApiDocument(JSON.parse(fetched));
    text = fetched;
    problem.value = undefined;
    atMs.value = Date.now();
    isOutdated.value = false;
  } catch (error) {
    isOutdated.value = true;
    // While there is a document, the view goes on with it.
    if (document.value === undefined) problem.value = problemOf(error);
  }
}
