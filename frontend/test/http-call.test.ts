import { expect } from 'chai';
import { type CallInput, decode, toHttpCall } from '../src/lib/http-call.ts';
import { parseJson } from '../src/lib/json-tree.ts';
import type { Operation } from '../src/lib/open-api.ts';

const operation: Operation = {
  key: 'POST /orders/{id}/notes',
  method: 'POST',
  path: '/orders/{id}/notes',
  prefix: '/api/v1',
  summary: '',
  description: '',
  deprecated: false,
  delivery: 'fanout',
  feed: undefined,
  timeoutMs: undefined,
  params: {},
  query: {},
  headers: {},
  bodies: [],
  answers: [],
  takesIdempotencyKey: true,
  schemes: [],
  scopes: [],
};
const nothing: CallInput = {
  params: undefined,
  query: undefined,
  headers: undefined,
  body: undefined,
  idempotencyKey: '',
  accept: '',
};

describe('a call made from the form', () => {
  it('fills in the path, and encodes reserved characters', () => {
    const call = toHttpCall(operation, { ...nothing, params: parseJson('{"id":"a/b ?é"}') });

    expect(call.url).to.equal('/api/v1/orders/a%2Fb%20%3F%C3%A9/notes');
  });

  it('writes numbers digit for digit, and repeats the name of an array', () => {
    const query = parseJson('{"n":12345678901234567890,"one":1.0,"tags":["a&b","c"],"on":true}');

    const call = toHttpCall(operation, { ...nothing, params: parseJson('{"id":7}'), query });

    expect(call.url).to.equal(
      '/api/v1/orders/7/notes?n=12345678901234567890&one=1.0&tags=a%26b&tags=c&on=true',
    );
  });

  it('sends the body as it was typed, and only headers that have a value', () => {
    const body = '{ "exact" : 1.0 }\n';

    const call = toHttpCall(operation, {
      ...nothing,
      body: { type: 'application/json', content: body },
      idempotencyKey: 'key',
    });

    expect(call.body).to.equal(body);
    expect(call.headers).to.deep.equal({ 'content-type': 'application/json', 'idempotency-key': 'key' });
    expect(toHttpCall(operation, nothing).headers).to.deep.equal({});
  });

  it('sends declared headers, a form and a file, and asks for a type', () => {
    const headers = parseJson('{"If-Match":"\\"3\\"","x-depth":7e0,"x-tags":["a","b"]}');
    const content = parseJson('{"name":"a b","age":1.0,"tag":["x","y"]}');
    const picture = new File([Uint8Array.of(0x89)], 'a.png', { type: 'image/png' });

    const form = toHttpCall(operation, {
      ...nothing,
      headers,
      accept: 'text/csv',
      body: { type: 'application/x-www-form-urlencoded', content },
    });
    const file = toHttpCall(operation, { ...nothing, body: { type: 'image/png', content: picture } });

    expect(form.body).to.equal('name=a+b&age=1.0&tag=x&tag=y');
    expect(form.headers).to.deep.equal({
      'if-match': '"3"',
      'x-depth': '7e0',
      'x-tags': 'a, b',
      accept: 'text/csv',
      'content-type': 'application/x-www-form-urlencoded',
    });
    expect(file.body).to.equal(picture);
  });
});

describe('the body of an answer', () => {
  it('is text if it is UTF-8, and said not to be otherwise', () => {
    const decodeBytes = (...bytes: readonly number[]) => decode(Uint8Array.from(bytes).buffer);

    expect(decodeBytes(0xc3, 0xa9, 0x0a)).to.deep.equal({ body: 'é\n', isText: true });
    expect(decodeBytes()).to.deep.equal({ body: '', isText: true });
    expect(decodeBytes(0x89, 0x50, 0x4e, 0x47).isText).to.equal(false);
  });
});
