/** Which page of which endpoint is shown, as encoded in the view's URL. */
export interface PageAddress {
  /** `GET /messages/`; undefined means the first paged endpoint. */
  readonly endpoint: string | undefined;
  /** Undefined is the newest position. */
  readonly paginationId: number | undefined;
  /** From 1, newest first. */
  readonly page: number;
  readonly limit: number;
}

/** An address with a known endpoint. */
export type KnownAddress = PageAddress & { readonly endpoint: string };

type Query = Readonly<Record<string, unknown>>;

export const defaultLimit = 20;
export const limits = [10, 20, 50, 100] as const;

/** Reads the query of a URL; invalid values are ignored. */
export function readAddress(query: Query): PageAddress {
  const endpoint = query['endpoint'];
  const limit = countFrom(query['limit'], 1) ?? defaultLimit;
  return {
    endpoint: typeof endpoint === 'string' && isPageable(endpoint) ? endpoint : undefined,
    paginationId: countFrom(query['paginationId'], 0),
    page: countFrom(query['page'], 1) ?? 1,
    limit: limits.find((known) => known === limit) ?? defaultLimit,
  };
}

/** The query that {@link readAddress} reads; includes the page size only if it is not the default. */
export function queryFor({ endpoint, paginationId, page, limit }: PageAddress): Record<string, string> {
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(paginationId === undefined ? {} : { paginationId: String(paginationId) }),
    page: String(page),
    ...(limit === defaultLimit ? {} : { limit: String(limit) }),
  };
}

/** The API's URL of the page. */
export function pageUrl(prefix: string, address: KnownAddress): string {
  const { endpoint, paginationId, page, limit } = address;
  const query = new URLSearchParams({ offset: String((page - 1) * limit), limit: String(limit) });
  if (paginationId !== undefined) query.set('paginationId', String(paginationId));
  return `${prefix}${pathOf(endpoint)}?${query.toString()}`;
}

/** The API's URL of the newest position, without messages. */
export function newestUrl(prefix: string, endpoint: string): string {
  return `${prefix}${pathOf(endpoint)}?limit=0`;
}

/** The number of pages; an empty table has one. */
export function pageCount(total: number, limit: number): number {
  return Math.max(1, Math.ceil(total / limit));
}

/** URLs are untrusted input: only paths of the API are allowed. */
function isPageable(endpoint: string): boolean {
  return /^GET \/[^\s?#{}\\]*$/.test(endpoint);
}

function pathOf(endpoint: string): string {
  return endpoint.slice('GET '.length);
}

function countFrom(value: unknown, least: number): number | undefined {
  if (typeof value !== 'string' || !/^\d+$/.test(value)) return undefined;
  const count = Number(value);
  return Number.isSafeInteger(count) && count >= least ? count : undefined;
}
