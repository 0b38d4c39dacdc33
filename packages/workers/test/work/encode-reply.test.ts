import { RequestError } from '@restmapper/core';
import { expect } from 'chai';
import { encodeReply } from '../../src/work/encode-reply.ts';
import type { HandlerReply } from '../../src/work/outcome.ts';
import { reply } from '../../src/work/reply.ts';

const json = { key: 'GET /a', produces: ['application/json'], replyHeaders: [] };
const both = { key: 'GET /a', produces: ['application/json', 'text/csv'], replyHeaders: ['x-total'] };
const text = { key: 'GET /a', produces: ['text/csv', 'image/png'], replyHeaders: [] };

function shown({ reply: body, ...head }: HandlerReply): object {
  return { body: body.toString('latin1'), ...head };
}

describe('encodeReply', () => {
  it('encodes a value as JSON', () => {
    expect(shown(encodeReply({ a: 1 }, json))).to.deep.equal({ body: '{"a":1}' });
    expect(shown(encodeReply(undefined, json))).to.deep.equal({ body: 'null' });
    expect(shown(encodeReply(reply('a'), both))).to.deep.equal({ body: '"a"' });
  });

  it('encodes text in UTF-8, and says so where the type leaves it open', () => {
    const csv = reply('é', { type: 'text/csv; header=present', status: 203, headers: { 'x-total': 1 } });

    expect(shown(encodeReply(csv, both))).to.deep.equal({
      body: 'Ã©',
      contentType: 'text/csv; header=present; charset=utf-8',
      status: 203,
      headers: { 'x-total': '1' },
    });
    expect(shown(encodeReply('a', text))).to.deep.equal({
      body: 'a',
      contentType: 'text/csv; charset=utf-8',
    });
  });

  it('sends bytes as they are, also those of JSON', () => {
    const bytes = Uint8Array.from([0xff, 0x00]);

    expect(shown(encodeReply(reply(bytes, { type: 'text/csv' }), both))).to.deep.equal({
      body: 'ÿ\u0000',
      contentType: 'text/csv',
    });
    expect(shown(encodeReply(reply(Buffer.from('[1.0]'), { type: 'application/json' }), json))).to.deep.equal(
      {
        body: '[1.0]',
      },
    );
  });

  it('sends no body with a 204, whatever the endpoint produces', () => {
    const gone = reply(null, { status: 204, headers: { etag: '"7"' } });

    expect(shown(encodeReply(gone, text))).to.deep.equal({ body: '', status: 204, headers: { etag: '"7"' } });
  });

  for (const [value, form, reason] of [
    [reply('a', { type: 'text/csv' }), json, 'the type text/csv is not under `produces` of GET /a'],
    [reply('a', { type: 'text/html' }), both, 'the type text/html is not under `produces` of GET /a'],
    [
      reply(1, { headers: { 'x-total': 1 } }),
      json,
      'the header x-total is not under `replyHeaders` of GET /a',
    ],
    [{ a: 1 }, text, 'a reply of the type text/csv must be text or bytes'],
  ] as const) {
    it(`answers 502 for ${JSON.stringify(value)} where ${form.produces.join()} is produced`, () => {
      expect(() => encodeReply(value, form))
        .to.throw(RequestError, `the handler's reply cannot be sent: ${reason}`)
        .with.property('status', 502);
    });
  }
});
