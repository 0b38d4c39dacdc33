import { readonly, shallowRef, type ShallowRef } from 'vue';
import { fetchText } from '../lib/fetch-text.ts';
import { readApiDocument, type ApiDocument } from '../lib/open-api.ts';
import { problemOf, type Problem } from '../lib/problem.ts';

const source = '/api/v1/openapi.json';

const document = shallowRef<ApiDocument>();
const problem = shallowRef<Problem>();
let loading: Promise<void> | undefined;

/** What the running file offers, once somebody has asked for it. */
export const apiDocument: Readonly<ShallowRef<ApiDocument | undefined>> = document;

export interface LoadedApiDocument {
  readonly document: Readonly<ShallowRef<ApiDocument | undefined>>;
  /** Why there is no document; undefined while it loads and once it is there. */
  readonly problem: Readonly<ShallowRef<Problem | undefined>>;
  readonly reload: () => Promise<void>;
}

/** What the running file offers; fetched once for all views, and again by `reload`. */
export function useApiDocument(): LoadedApiDocument {
  void apiDocumentLoaded(); // `problem` tells what failed.
  return { document, problem: readonly(problem), reload: load };
}

/** Resolves once the document is there, or it is known why not. */
export async function apiDocumentLoaded(): Promise<void> {
  if (document.value === undefined && problem.value === undefined) await load();
}

async function load(): Promise<void> {
  loading ??= fetchDocument().finally(() => (loading = undefined));
  await loading;
}

async function fetchDocument(): Promise<void> {
  problem.value = undefined;
  try {
    document.value = readApiDocument(JSON.parse(await fetchText(source)));
  } catch (error) {
    problem.value = problemOf(error);
  }
}
