import { expect } from 'chai';
import * as fc from 'fast-check';
import { parseRoute, relationOf, type Route } from '../../src/model/route.ts';

function route(key: string): Route {
  const parsed = parseRoute(key);
  if (typeof parsed === 'string') throw new Error(parsed);
  return parsed;
}

describe('parseRoute', () => {
  it('takes a key apart', () => {
    expect(parseRoute('PUT /rooms/{room}/{id}/')).to.deep.equal({
      key: 'PUT /rooms/{room}/{id}/',
      method: 'PUT',
      path: '/rooms/{room}/{id}/',
      segments: ['rooms', '{room}', '{id}', ''],
      paramNames: ['room', 'id'],
    });
  });

  it('accepts the root and every character that needs no escape', () => {
    expect(route('GET /').segments).to.deep.equal(['']);
    expect(route("GET /a-Z_0.9~!$&'()*+,;=").paramNames).to.deep.equal([]);
  });
});

describe('relationOf', () => {
  for (const [a, b, relation] of [
    ['/a', '/b', 'apart'],
    ['/a', '/a/', 'apart'],
    ['/a/{x}', '/a/', 'apart'],
    ['/', '/{x}', 'apart'],
    ['/a/{x}', '/a/{x}/c', 'apart'],
    ['/{x}/b', '/{x}/c', 'apart'],
    ['/a/{x}', '/a/{y}', 'same'],
    ['/a/{x}/', '/a/{y}/', 'same'],
    ['/orders/mine', '/orders/{id}', 'ordered'],
    ['/{x}/{y}', '/a/b', 'ordered'],
    ['/a/{x}/c', '/a/b/{y}', 'ambiguous'],
    ['/{x}/b', '/a/{y}', 'ambiguous'],
  ] as const) {
    it(`finds ${a} and ${b} ${relation}, either way round`, () => {
      expect(relationOf(route(`GET ${a}`), route(`GET ${b}`))).to.equal(relation);
      expect(relationOf(route(`GET ${b}`), route(`GET ${a}`))).to.equal(relation);
    });
  }

  it('finds two methods apart', () => {
    expect(relationOf(route('GET /a'), route('PUT /a'))).to.equal('apart');
  });

  it('finds two routes apart exactly when no path matches both', () => {
    const key = fc
      .array(fc.constantFrom('a', 'b', '{x}'), { minLength: 1, maxLength: 4 })
      .map((segments) => segments.map((segment, index) => (segment === '{x}' ? `{x${index}}` : segment)))
      .map((segments) => `GET /${segments.join('/')}`);
    fc.assert(
      fc.property(key, key, (left, right) => {
        const [a, b] = [route(left), route(right)];
        const isCommon = allPaths(a.segments.length).some((path) => matches(a, path) && matches(b, path));

        expect(relationOf(a, b) !== 'apart').to.equal(isCommon);
      }),
    );
  });
});

function allPaths(length: number): readonly (readonly string[])[] {
  if (length === 0) return [[]];
  return allPaths(length - 1).flatMap((path) => ['a', 'b', 'c'].map((segment) => [...path, segment]));
}

function matches({ segments }: Route, path: readonly string[]): boolean {
  return (
    segments.length === path.length &&
    segments.every((segment, index) => segment.startsWith('{') || segment === path[index])
  );
}
