import type { Principal } from '@restmapper/auth';
import { requestError } from '@restmapper/core';
import type { Feed } from '@restmapper/endpoints';
import { type Filter, readFields } from '../feed/filter.ts';

/**
 * The filter that a feed forces on a watcher; undefined if it may see everything.
 *
 * @throws RequestError FORBIDDEN if it lacks a required claim.
 */
export function forcedFilterOf(
  { name, where }: Pick<Feed, 'name' | 'where'>,
  principal: Principal | undefined,
): Filter | undefined {
  const wanted = Object.entries(where);
  if (wanted.length === 0) return undefined;
  const fields = wanted.map(([field, claim]) => {
    const value = principal && claimOf(principal, claim);
    if (isExact(value)) return [field, value];
    throw requestError('FORBIDDEN', {
      detail: `the feed ${name} requires the claim ${claim}`,
    });
  });
  return readFields(Buffer.from(JSON.stringify(Object.fromEntries(fields))));
}

/**
 * Combines a watcher's filter with the forced one.
 *
 * @throws RequestError FORBIDDEN if it asks for other messages.
 */
export function joinFilters(asked: Filter | undefined, forced: Filter | undefined): Filter | undefined {
  if (!forced || !asked) return forced ?? asked;
  for (const [field, spelling] of forced) {
    if (asked.has(field) && asked.get(field) !== spelling) {
      throw requestError('FORBIDDEN', { detail: `the watcher may not see messages with this ${field}` });
    }
  }
  return new Map([...asked, ...forced]);
}

export function isSameFilter(one: Filter | undefined, other: Filter | undefined): boolean {
  if (!one || !other) return one === other;
  return one.size === other.size && [...one].every(([field, spelling]) => other.get(field) === spelling);
}

function claimOf({ identity }: Principal, claim: string): unknown {
  if (claim === 'subject') return identity.subject;
  return Object.hasOwn(identity.claims, claim) ? identity.claims[claim] : undefined;
}

/** A number that was rounded on parsing might equal another watcher's. */
function isExact(value: unknown): value is string | number | boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value) || !Number.isInteger(value);
  return typeof value === 'string' || typeof value === 'boolean';
}
