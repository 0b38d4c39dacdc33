import { expect } from 'chai';
import { RequestError } from '@restmapper/core';
import { applyPreconditions } from '../../src/answer/preconditions.ts';

type Conditions = Parameters<typeof applyPreconditions>[1];

const modified = 'Sun, 06 Nov 1994 08:49:37 GMT';
const later = 'Sun, 06 Nov 1994 08:49:38 GMT';
const earlier = 'Sun, 06 Nov 1994 08:49:36 GMT';

function statusOf(conditions: Conditions, headers: Record<string, string>, status = 200): number {
  try {
    return applyPreconditions({ status, body: '{}', headers }, conditions).status;
  } catch (error) {
    if (error instanceof RequestError) return error.status;
    throw error;
  }
}

describe('preconditions', () => {
  for (const [held, etag, status] of [
    ['"7"', '"7"', 304],
    ['W/"7"', '"7"', 304],
    ['"7"', 'W/"7"', 304],
    ['"6", "7"', '"7"', 304],
    [', "6" ,\t, W/"7",', '"7"', 304],
    ['"a,b"', '"a,b"', 304],
    ['*', '"7"', 304],
    ['"6"', '"7"', 200],
    ['"7x"', '"7"', 200],
    ['7', '7', 200],
    ['"7', '"7"', 200],
    ['"6", *', '"7"', 200],
    ['"7" "6"', '"7"', 200],
    [',', '"7"', 200],
    ['', '"7"', 200],
  ] as const) {
    it(`answers ${status} to If-None-Match: ${held} when the etag is ${etag}`, () => {
      expect(statusOf({ 'if-none-match': held }, { etag })).to.equal(status);
    });
  }

  for (const [wanted, etag, status] of [
    ['"7"', '"7"', 200],
    ['"6", "7"', '"7"', 200],
    ['*', 'W/"7"', 200],
    ['"6"', '"7"', 412],
    ['W/"7"', 'W/"7"', 412],
    ['"7"', 'W/"7"', 412],
    ['W/"7"', '"7"', 412],
    ['7', '"7"', 200],
  ] as const) {
    it(`answers ${status} to If-Match: ${wanted} when the etag is ${etag}`, () => {
      expect(statusOf({ 'if-match': wanted }, { etag })).to.equal(status);
    });
  }

  for (const [condition, date, status] of [
    ['if-modified-since', modified, 304],
    ['if-modified-since', later, 304],
    ['if-modified-since', earlier, 200],
    ['if-modified-since', 'yesterday', 200],
    ['if-unmodified-since', modified, 200],
    ['if-unmodified-since', earlier, 412],
    ['if-unmodified-since', 'yesterday', 200],
  ] as const) {
    it(`answers ${status} to ${condition}: ${date}`, () => {
      expect(statusOf({ [condition]: date }, { 'last-modified': modified })).to.equal(status);
    });
  }

  it('ignores dates beside tags, and validators that the answer does not have', () => {
    const both = { etag: '"7"', 'last-modified': modified };

    expect(statusOf({ 'if-none-match': '"6"', 'if-modified-since': modified }, both)).to.equal(200);
    expect(statusOf({ 'if-match': '"7"', 'if-unmodified-since': earlier }, both)).to.equal(200);
    expect(statusOf({ 'if-match': '"7"', 'if-none-match': '"7"' }, {})).to.equal(200);
    expect(statusOf({ 'if-modified-since': modified }, { 'last-modified': 'soon' })).to.equal(200);
  });

  it('evaluates If-Match first', () => {
    expect(statusOf({ 'if-match': '"6"', 'if-none-match': '"7"' }, { etag: '"7"' })).to.equal(412);
    expect(statusOf({ 'if-match': '"7"', 'if-none-match': '"7"' }, { etag: '"7"' })).to.equal(304);
  });

  it('leaves answers that are not a success alone', () => {
    for (const status of [300, 304, 404, 500]) {
      expect(statusOf({ 'if-none-match': '"7"', 'if-match': '"6"' }, { etag: '"7"' }, status)).to.equal(
        status,
      );
    }
  });

  it('keeps of the headers those that a 304 has', () => {
    const headers = {
      etag: '"7"',
      'cache-control': 'max-age=60',
      'content-location': '/a/7',
      expires: later,
      vary: 'accept',
      'content-language': 'el',
      'last-modified': modified,
      'x-total': '7',
    };
    const { etag, 'content-language': _, 'x-total': __, 'last-modified': date, ...others } = headers;

    const byTag = applyPreconditions({ status: 200, body: '{}', headers }, { 'if-none-match': '"7"' });
    const byDate = applyPreconditions(
      { status: 200, body: '{}', headers: { 'last-modified': date } },
      { 'if-modified-since': date },
    );

    expect(byTag).to.deep.equal({ status: 304, body: undefined, headers: { ...others, etag } });
    expect(byDate).to.deep.equal({ status: 304, body: undefined, headers: { 'last-modified': date } });
  });
});
