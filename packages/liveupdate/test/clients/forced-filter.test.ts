import type { Principal } from '@restmapper/auth';
import { RequestError } from '@restmapper/core';
import { expect } from 'chai';
import { readFields } from '../../src/feed/filter.ts';
import { forcedFilterOf, isSameFilter, joinFilters } from '../../src/clients/forced-filter.ts';

function known(claims: Readonly<Record<string, unknown>>): Principal {
  return { identity: { subject: 'ana', scheme: 'users', scopes: [], claims }, expiresEpochMs: undefined };
}

const where = { org: 'tenant' };
const filterOf = (json: string) => readFields(Buffer.from(json));

describe('a forced filter', () => {
  it("requires the values of the watcher's claims", () => {
    for (const tenant of ['t"1', 7, 0.5, true]) {
      const filter = forcedFilterOf({ name: 'f', where }, known({ tenant }));

      expect(filter).to.deep.equal(filterOf(JSON.stringify({ org: tenant })));
    }
    expect(forcedFilterOf({ name: 'f', where: { by: 'subject' } }, known({}))).to.deep.equal(
      filterOf('{"by":"ana"}'),
    );
    expect(forcedFilterOf({ name: 'f', where: {} }, undefined)).to.equal(undefined);
  });

  it('refuses claims that could match by mistake', () => {
    const rounded: unknown = JSON.parse('12345678901234567890');
    for (const tenant of [undefined, null, [], {}, rounded, Number.MAX_SAFE_INTEGER + 1]) {
      expect(() => forcedFilterOf({ name: 'f', where }, known({ tenant })), String(tenant)).to.throw(
        RequestError,
        'the feed f requires the claim tenant',
      );
    }
    expect(() => forcedFilterOf({ name: 'f', where: { org: 'constructor' } }, known({}))).to.throw(
      RequestError,
    );
    expect(() => forcedFilterOf({ name: 'f', where }, undefined)).to.throw(RequestError);
  });

  it('is combined with the requested filter, unless they contradict each other', () => {
    const forced = filterOf('{"org":1}');

    expect(joinFilters(undefined, forced)).to.equal(forced);
    expect(joinFilters(forced, undefined)).to.equal(forced);
    expect(joinFilters(filterOf('{"room":"a","org":1.0}'), forced)).to.deep.equal(
      filterOf('{"room":"a","org":1}'),
    );
    expect(() => joinFilters(filterOf('{"org":2}'), forced)).to.throw(
      RequestError,
      'the watcher may not see messages with this org',
    );
  });

  it('is equal to another with the same values', () => {
    expect(isSameFilter(filterOf('{"a":1,"b":2}'), filterOf('{"b":2,"a":1}'))).to.equal(true);
    expect(isSameFilter(filterOf('{"a":1}'), filterOf('{"a":2}'))).to.equal(false);
    expect(isSameFilter(filterOf('{"a":1}'), filterOf('{"a":1,"b":1}'))).to.equal(false);
    expect(isSameFilter(undefined, filterOf('{"a":1}'))).to.equal(false);
    expect(isSameFilter(undefined, undefined)).to.equal(true);
  });
});
