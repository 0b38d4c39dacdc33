import { expect } from 'chai';
import { parseReplyHeaders } from '../../src/http/reply-headers.ts';

describe('parseReplyHeaders', () => {
  it('reads names in any case, numbers and absent values', () => {
    const headers = parseReplyHeaders({
      ETag: 'W/"7"',
      'X-Total': 12,
      Link: '</a>; rel="next"',
      'Last-Modified': new Date(0).toUTCString(),
      vary: undefined,
    });

    expect(headers).to.deep.equal({
      etag: 'W/"7"',
      'x-total': '12',
      link: '</a>; rel="next"',
      'last-modified': 'Thu, 01 Jan 1970 00:00:00 GMT',
    });
  });

  for (const [name, value, reason] of [
    ['x-a', 'b\r\nset-cookie: c', 'the header x-a has a control character'],
    ['x-a', 'b\u0000', 'the header x-a has a control character'],
    ['x-a', 'b\u007f', 'the header x-a has a control character'],
    ['x-a', 'b\u0085', 'the header x-a has a control character'],
    ['x-a', '10 €', 'the header x-a has characters beyond ASCII, which must be percent-encoded'],
    ['x-a', 'é', 'the header x-a has characters beyond ASCII, which must be percent-encoded'],
    ['x-a', ['b', 'c'], 'the header x-a is a list; join its values with commas'],
    ['x-a', null, 'the header x-a is neither text nor a number'],
    ['x-a', Number.NaN, 'the header x-a is neither text nor a number'],
    ['x-a', true, 'the header x-a is neither text nor a number'],
    ['x a', 'b', '"x a" is not the name of a header'],
    ['', 'b', '"" is not the name of a header'],
    ['x-a:', 'b', '"x-a:" is not the name of a header'],
    ['etag', '7', 'the header etag must be in quotes, as in "7" or W/"7", and is 7'],
    ['etag', '"a"b"', 'the header etag must be in quotes, as in "7" or W/"7", and is "a"b"'],
    ['etag', 'w/"7"', 'the header etag must be in quotes, as in "7" or W/"7", and is w/"7"'],
    [
      'last-modified',
      '2026-01-01',
      'the header last-modified must be a date of HTTP, as in Thu, 01 Jan 1970 00:00:00 GMT, and is 2026-01-01',
    ],
    [
      'Sunset',
      'soon',
      'the header sunset must be a date of HTTP, as in Thu, 01 Jan 1970 00:00:00 GMT, and is soon',
    ],
    ['Content-Type', 'text/csv', 'content-type is the type of a reply, not one of its headers'],
    ['content-length', 7, 'the header content-length is set by the gateway alone'],
    ['transfer-encoding', 'chunked', 'the header transfer-encoding is set by the gateway alone'],
    [
      'access-control-allow-origin',
      '*',
      'the header access-control-allow-origin is set by the gateway alone',
    ],
    ['connection', 'close', 'the header connection is set by the gateway alone'],
    ['server-timing', 'a', 'the header server-timing is set by the gateway alone'],
    ['set-cookie', 'a=b', 'the header set-cookie carries credentials, which no reply may do'],
  ] as const) {
    it(`refuses ${name}: ${JSON.stringify(value)}`, () => {
      expect(() => parseReplyHeaders({ [name]: value })).to.throw(TypeError, reason);
    });
  }

  it('refuses a name that is there twice', () => {
    expect(() => parseReplyHeaders({ ETag: '"1"', etag: '"1"' })).to.throw('the header etag is there twice');
  });

  it('accepts 8 KiB of headers together, and names the first one beyond', () => {
    const rest = 8192 - 2 * ('x-a: '.length + '\r\n'.length) + 2;

    expect(Object.keys(parseReplyHeaders({ 'x-a': 'a', 'x-b': 'b'.repeat(rest - 3) }))).to.have.length(2);
    expect(() => parseReplyHeaders({ 'x-a': 'a', 'x-b': 'b'.repeat(9 * 1024), 'x-c': 'c' })).to.throw(
      'the headers have more than 8 KiB, at the header x-b',
    );
  });

  it('reads a header called __proto__ as any other', () => {
    const headers = parseReplyHeaders(JSON.parse('{"__proto__":"a"}') as Record<string, unknown>);

    expect(Object.entries(headers)).to.deep.equal([['__proto__', 'a']]);
  });
});
