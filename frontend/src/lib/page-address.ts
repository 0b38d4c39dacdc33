/** Which page of which endpoint is shown: all that the URL of the view says. */
export interface PageAddress {
  /** `GET /messages/`; undefined is the first that answers with pages. */
  readonly endpoint: string | undefined;
  /** Undefined is the newest position. */
  readonly paginationId: number | undefined;
  /** From 1, newest first. */
  readonly page: number;
  readonly limit: number;
}

/** An address of which the endpoint is known. */
export type KnownAddress = PageAddress & { readonly endpoint: string };

type Query = Readonly<Record<string, unknown>>;

export const defaultLimit = 20;
export const limits = [10, 20, 50, 100] as const;

/** Reads the query of a URL; what makes no sense is as if it were not there. */
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

/** The query that {@link readAddress} reads; the page size only where it is not the default. */
export function queryFor({ endpoint, paginationId, page, limit }: PageAddress): Record<string, string> {
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(paginationId === undefined ? {} : { paginationId: String(paginationId) }),
    page: String(page),
    ...(limit === defaultLimit ? {} : { limit: String(limit) }),
  };
}

/** Where the API answers with the page. */
export function pageUrl(prefix: string, address: KnownAddress): string {
  const { endpoint, paginationId, page, limit } = address;
  const query = new URLSearchParams({ offset: String((page - 1) * limit), limit: String(limit) });
  if (paginationId !== undefined) query.set('paginationId', String(paginationId));
  return `${prefix}${pathOf(endpoint)}?${query.toString()}`;
}

/** Where the API answers with the newest position, and with no message. */
export function newestUrl(prefix: string, endpoint: string): string {
  return `${prefix}${pathOf(endpoint)}?limit=0`;
}

/** How many pages there are; an empty table has one. */
export function pageCount(total: number, limit: number): number {
  return Math.max(1, Math.ceil(total / limit));
}

/** A URL may be made by anybody: it leads to paths of the API only. */
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
