import type { Principal } from '@restmapper/auth';
import { requestError } from '@restmapper/core';
import type { Feed } from '@restmapper/endpoints';
import { type Filter, readFields } from '../feed/filter.ts';

/**
 * What a watcher gets of a feed, whatever else it asks for; undefined for everything.
 *
 * @throws RequestError FORBIDDEN when it lacks a claim that decides on this.
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
      detail: `the feed ${name} is for those who have the claim ${claim}`,
    });
  });
  return readFields(Buffer.from(JSON.stringify(Object.fromEntries(fields))));
}

/**
 * Joins what a watcher asks for with what it may get.
 *
 * @throws RequestError FORBIDDEN when it asks for what is not its own.
 */
export function joinFilters(asked: Filter | undefined, forced: Filter | undefined): Filter | undefined {
  if (!forced || !asked) return forced ?? asked;
  for (const [field, spelling] of forced) {
    if (asked.has(field) && asked.get(field) !== spelling) {
      throw requestError('FORBIDDEN', { detail: `this ${field} is not the watcher's own` });
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

/** A number that was rounded when it was read might be that of somebody else. */
function isExact(value: unknown): value is string | number | boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value) || !Number.isInteger(value);
  return typeof value === 'string' || typeof value === 'boolean';
}
