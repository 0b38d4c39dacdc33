import { onScopeDispose, readonly, ref, shallowRef, watch, type Ref, type ShallowRef } from 'vue';
import { basePathOf } from '../lib/base-path.ts';
import { newestUrl, pageUrl, type KnownAddress } from '../lib/page-address.ts';
import { mayPass, problemOf, type Problem } from '../lib/problem.ts';
import { parseSavedPage, type SavedPage } from '../lib/saved-page.ts';
import { fetchOwn, given } from './credentials.ts';
import { usePolling } from './polling.ts';

/** Fetches the text of a URL. @throws ProblemError */
export type Fetch = (
  url: string,
  options: { readonly signal: AbortSignal; readonly isPoll?: boolean },
) => Promise<string>;

const prefix = basePathOf();
const pollMs = 3_000;

/** The page of stored messages that is shown, and whether there are newer ones. */
export class SavedPages {
  readonly #fetch: Fetch;
  readonly #page = shallowRef<SavedPage>();
  readonly #problem = shallowRef<Problem>();
  readonly #isLoading = ref(false);
  readonly #newer = ref(0);
  readonly #atMs = ref<number>();
  readonly #isOutdated = ref(false);
  #address: KnownAddress | undefined;
  #shownEndpoint: string | undefined;
  #loading = new AbortController();

  constructor(fetch: Fetch) {
    this.#fetch = fetch;
  }

  /** The last page loaded; stays while the next one loads. */
  get page(): Readonly<ShallowRef<SavedPage | undefined>> {
    return this.#page;
  }

  /** Why the requested page is not shown. */
  get problem(): Readonly<ShallowRef<Problem | undefined>> {
    return this.#problem;
  }

  get isLoading(): Readonly<Ref<boolean>> {
    return readonly(this.#isLoading);
  }

  /** How many messages were stored since the position of the page that is shown. */
  get newer(): Readonly<Ref<number>> {
    return readonly(this.#newer);
  }

  /** When the server last responded. */
  get atMs(): Readonly<Ref<number | undefined>> {
    return readonly(this.#atMs);
  }

  /** Whether the last request failed. */
  get isOutdated(): Readonly<Ref<boolean>> {
    return readonly(this.#isOutdated);
  }

  /** Shows the page at an address; loads it unless it is already shown. */
  async show(address: KnownAddress | undefined): Promise<void> {
    this.#address = address;
    const isShown = this.#shownEndpoint === address?.endpoint && isPageAt(this.#page.value, address);
    if (!isShown || this.#problem.value !== undefined) await this.reload();
    else if (this.#isLoading.value) this.#giveUp();
  }

  /** Cancels pending requests. */
  #giveUp(): void {
    this.#loading.abort();
    this.#loading = new AbortController();
    this.#isLoading.value = false;
  }

  async reload(): Promise<void> {
    this.#loading.abort();
    const address = this.#address;
    if (!address) return;
    const { signal } = (this.#loading = new AbortController());
    this.#isLoading.value = true;
    await this.#load(address, signal);
    if (!signal.aborted) this.#isLoading.value = false;
  }

  /** Polls: reloads a page that failed, or counts the messages newer than the shown page. */
  async poll(): Promise<void> {
    if (this.#isLoading.value || !this.#address) return;
    const { signal } = this.#loading;
    const problem = this.#problem.value;
    if (problem === undefined) await this.#lookForNewer(signal);
    else if (mayPass(problem)) await this.#load(this.#address, signal, { isPoll: true });
  }

  async #load(address: KnownAddress, signal: AbortSignal, options: { isPoll?: boolean } = {}): Promise<void> {
    try {
      const page = parseSavedPage(await this.#fetch(pageUrl(prefix, address), { ...options, signal }));
      if (signal.aborted) return;
      this.#shownEndpoint = address.endpoint;
      this.#page.value = page;
      this.#newer.value = 0;
      this.#problem.value = undefined;
      this.#heard();
    } catch (error) {
      if (signal.aborted) return;
      this.#problem.value = problemOf(error);
      this.#isOutdated.value = true;
    }
  }

  async #lookForNewer(signal: AbortSignal): Promise<void> {
    const shown = this.#page.value;
    if (!shown || this.#shownEndpoint === undefined) return;
    try {
      const url = newestUrl(prefix, this.#shownEndpoint);
      const { paginationId } = parseSavedPage(await this.#fetch(url, { signal, isPoll: true }));
      if (signal.aborted) return;
      this.#newer.value = Math.max(0, paginationId - shown.paginationId);
      this.#heard();
    } catch {
      // The next poll retries; the shown page stays, with its age.
      if (!signal.aborted) this.#isOutdated.value = true;
    }
  }

  #heard(): void {
    this.#atMs.value = Date.now();
    this.#isOutdated.value = false;
  }

  close(): void {
    this.#loading.abort();
  }
}

/**
 * Shows the page at an address whenever it changes, and polls for newer messages while the view is visible.
 */
export function useSavedPages(address: Readonly<Ref<KnownAddress | undefined>>): SavedPages {
  const pages = new SavedPages(fetchOwn);
  watch(
    () => JSON.stringify(address.value),
    () => void pages.show(address.value), // `problem` reports the failure.
    { immediate: true },
  );
  watch(given, () => void pages.reload()); // `problem` reports the failure.
  usePolling({ everyMs: pollMs, work: () => pages.poll() });
  onScopeDispose(() => pages.close());
  return pages;
}

/** A page at a position never changes, so it is loaded only once. */
function isPageAt(shown: SavedPage | undefined, address: KnownAddress | undefined): boolean {
  if (!shown || !address) return false;
  const { paginationId, page, limit } = address;
  return shown.paginationId === paginationId && shown.limit === limit && shown.offset === (page - 1) * limit;
}
