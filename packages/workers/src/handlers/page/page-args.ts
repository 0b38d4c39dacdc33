import { requestError, type RequestError, type Violation } from '@restmapper/core';

/** The requested page of a table. */
export interface PageArgs {
  /** The position to count from; `undefined` means the newest. */
  readonly paginationId: number | undefined;
  /** How many messages to skip before that position. */
  readonly offset: number;
  /** At most {@link maxLimit}. */
  readonly limit: number;
  /** The position of the message before the page's first, if it has filters. @default none */
  readonly after?: number;
}

export const maxLimit = 100;
const defaultLimit = 20;

/**
 * Reads a request's query, `{"offset": 0, "limit": 20, "paginationId": 7, "after": 5}`, each optional.
 *
 * The gateway validates it against the endpoint's schema; other publishers may not.
 * @throws RequestError INVALID_QUERY
 */
export function parsePageArgs(json: Buffer): PageArgs {
  const query = parseObject(json);
  const names = ['paginationId', 'offset', 'limit', 'after'] as const;
  const violations = names.filter((name) => !isCount(query[name])).map(violation);
  if (violations.length > 0) throw invalid('the query is invalid', violations);
  const { paginationId, offset = 0, limit = defaultLimit, after } = query as Partial<PageArgs>;
  return { paginationId, offset, limit: Math.min(limit, maxLimit), ...(after !== undefined && { after }) };
}

function parseObject(json: Buffer): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(json.toString()) ?? {};
  } catch (cause) {
    throw invalid('the query is not JSON', [], cause);
  }
  if (typeof value !== 'object' || Array.isArray(value)) throw invalid('the query is not an object');
  return value as Record<string, unknown>;
}

function isCount(value: unknown): boolean {
  return value === undefined || (Number.isSafeInteger(value) && Number(value) >= 0);
}

function violation(name: string): Violation {
  return { pointer: `/${name}`, detail: 'must be an integer of at least 0' };
}

function invalid(detail: string, violations: readonly Violation[] = [], cause?: unknown): RequestError {
  return requestError('INVALID_QUERY', { detail, violations, cause });
}
