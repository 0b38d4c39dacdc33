import { expect } from 'chai';
import { originForm, percentDecode } from '../../src/request/request-target.ts';

describe('originForm', () => {
  for (const [target, expected] of [
    ['/messages/?a=1', '/messages/?a=1'],
    ['//messages', '//messages'],
    ['*', '*'],
    ['http://example.org/a?b=/c', '/a?b=/c'],
    ['HTTPS://example.org:1', '/'],
    ['http://example.org?a', '/?a'],
    ['/%61dmin/%7Eme%2d%2E%5f', '/admin/~me-._'],
    ['/a%2fb%c3%a9', '/a%2Fb%C3%A9'],
    ['http://example.org/%6Dessages/?q=%61%2f', '/messages/?q=%61%2f'],
    ['/%2561?%61', '/%2561?%61'],
    ['/%zz%6', '/%zz%6'],
    ['/a/./b/../c?../d', '/a/c?../d'],
    ['/a/%2e%2E/b', '/b'],
    ['/../a/..', '/'],
    ['/..', '/'],
    ['/a/b/.', '/a/b/'],
    ['/a//../b', '/a/b'],
    ['/.a/..b/c.', '/.a/..b/c.'],
    ['/a/..%2Fb', '/a/..%2Fb'],
    ['http://example.org/../a', '/a'],
  ] as const) {
    it(`reads ${target} as ${expected}`, () => {
      expect(originForm(target)).to.equal(expected);
    });
  }

  for (const target of [
    '',
    'messages',
    'http://',
    'ftp://a/',
    '/a#b',
    '/a b',
    '/\u{e9}',
    '/a\u{0}',
    'a:80',
  ]) {
    it(`refuses ${JSON.stringify(target)}`, () => {
      expect(() => originForm(target))
        .to.throw()
        .with.property('code', 'MALFORMED_REQUEST');
    });
  }
});

describe('percentDecode', () => {
  it('keeps slashes, dots and hashes as data', () => {
    expect(percentDecode('a%2Fb%2e.%23%E2%82%AC')).to.equal('a/b..#€');
  });

  for (const text of ['%', '%zz', '%ff', '%C3', '%ED%A0%80']) {
    it(`refuses ${text}`, () => {
      expect(() => percentDecode(text))
        .to.throw()
        .with.property('code', 'MALFORMED_REQUEST');
    });
  }
});
