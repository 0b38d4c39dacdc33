import { computed, type ComputedRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import type { Operation } from '../lib/open-api.ts';
import { queryFor, readAddress, type KnownAddress, type PageAddress } from '../lib/page-address.ts';
import { useApiDocument } from './api-document.ts';

const usualEndpoint = 'GET /messages/';

export interface UsedPageAddress {
  /** Undefined until the endpoints are known. */
  readonly address: ComputedRef<KnownAddress | undefined>;
  /** The keys of the paged endpoints. */
  readonly endpoints: ComputedRef<readonly string[]>;
  /** Whether it is known that there are no paged endpoints. */
  readonly hasNone: ComputedRef<boolean>;
  /** The query of the URL for this address with changes. */
  readonly queryWith: (change: Partial<PageAddress>) => Record<string, string>;
  /** Shows another page; `replace` adds no history entry. */
  readonly go: (change: Partial<PageAddress>, options?: { readonly replace: boolean }) => void;
}

/** The page in the URL; without an endpoint, the first paged one of the running file. */
export function usePageAddress(): UsedPageAddress {
  const route = useRoute();
  const router = useRouter();
  const { document, problem } = useApiDocument();
  const endpoints = computed(() => (document.value?.operations ?? []).filter(hasPages).map(({ key }) => key));
  const inUrl = computed(() => readAddress(route.query));
  const address = computed(() => {
    const fallback = problem.value === undefined ? endpoints.value[0] : usualEndpoint;
    const endpoint = inUrl.value.endpoint ?? fallback;
    return endpoint === undefined ? undefined : { ...inUrl.value, endpoint };
  });
  const hasNone = computed(() => document.value !== undefined && address.value === undefined);
  const queryWith = (change: Partial<PageAddress>) =>
    queryFor({ ...(address.value ?? inUrl.value), ...change });
  const go: UsedPageAddress['go'] = (change, { replace } = { replace: false }) => {
    void router.push({ name: 'saved', query: queryWith(change), replace }); // The router reports its failures.
  };
  return { address, endpoints, hasNone, queryWith, go };
}

function hasPages({ method, params, query }: Operation): boolean {
  if (method !== 'GET' || params !== undefined || typeof query !== 'object') return false;
  const { properties } = query;
  return typeof properties === 'object' && properties !== null && 'paginationId' in properties;
}
