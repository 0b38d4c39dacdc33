import { expect } from 'chai';
import { importCopy } from '../../../../test/support/import-copy.ts';
import { FullReply, reply } from '../../src/work/reply.ts';
import type * as original from '../../src/work/reply.ts';

describe('reply', () => {
  it('keeps what goes with the value', () => {
    const created = reply(
      { id: 7 },
      { status: 201, headers: { Location: '/orders/7', 'x-n': 3, link: undefined } },
    );

    expect(created).to.deep.include({ value: { id: 7 }, status: 201, type: undefined });
    expect(created.headers).to.deep.equal({ location: '/orders/7', 'x-n': '3' });
  });

  it('is recognised when another copy of the package has created it', async () => {
    const copy = await importCopy<typeof original>(new URL('../../src/work/reply.ts', import.meta.url).href);

    expect(copy.reply).to.not.equal(reply);
    expect(copy.reply(1)).to.be.instanceOf(FullReply);
    expect({ value: 1, status: undefined, type: undefined, headers: {} }).to.not.be.instanceOf(FullReply);
  });

  for (const status of [99, 100, 101, 199, 600, 200.5, Number.NaN]) {
    it(`refuses the status ${status}`, () => {
      expect(() => reply({}, { status })).to.throw(
        RangeError,
        `the status ${status} is not one of 200 to 599`,
      );
    });
  }

  for (const status of [204, 205, 304]) {
    it(`refuses a value with ${status}`, () => {
      expect(() => reply({}, { status })).to.throw(TypeError, `a ${status} has no body; pass null`);
      expect(reply(null, { status })).to.include({ value: null, status });
      expect(reply(undefined, { status })).to.include({ status });
    });
  }

  for (const [value, type, reason] of [
    [{ a: 1 }, 'text/csv', 'a reply of the type text/csv must be text or bytes'],
    [null, 'text/csv', 'a reply of the type text/csv must be text or bytes'],
    ['a', 'csv', 'the type "csv" is not a media type'],
    ['a', 'text/csv\r\nset-cookie: a=b', 'the type "text/csv\\r\\nset-cookie: a=b" is not a media type'],
    [
      'é',
      'text/csv; charset=latin1',
      'text is sent in UTF-8; for the type text/csv; charset=latin1 pass a Buffer',
    ],
  ] as const) {
    it(`refuses ${JSON.stringify(value)} as ${type}`, () => {
      expect(() => reply(value, { type })).to.throw(TypeError, reason);
    });
  }

  it('refuses headers that HTTP cannot carry', () => {
    expect(() => reply({}, { headers: { etag: '7' } })).to.throw(TypeError, 'must be in quotes');
    expect(() => reply({}, { headers: { 'x-a': 'a\r\nb' } })).to.throw(TypeError, 'control character');
  });
});
