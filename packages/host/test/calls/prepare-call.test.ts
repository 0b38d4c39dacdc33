import { ConfigError } from '@restmapper/core';
import { parseEndpoints } from '@restmapper/endpoints';
import { expect } from 'chai';
import { parseValue } from '../../src/calls/call-values.ts';
import type { HeaderLine } from '../../src/calls/header-line.ts';
import { findEndpoint } from '../../src/calls/find-endpoint.ts';
import { type PreparedCall, prepareCall } from '../../src/calls/prepare-call.ts';

const model = parseEndpoints(
  `
endpoints:
  POST /orders:
    fanout: true
    body:
      type: object
      required: [item]
      properties:
        item: { type: string }
        count: { type: integer, minimum: 1 }
        urgent: { type: boolean, default: false }
        tags: { type: array, items: { type: string } }
  PUT /orders/{id}:
    fanout: true
    body: true
    params: { properties: { id: { type: integer } } }
    query: { properties: { dry: { type: boolean } } }
  GET /orders:
    rpc: true
    query: { properties: { limit: { type: integer }, tag: { type: array, items: { type: string } } } }
  POST /contacts:
    fanout: true
    consumes: [application/x-www-form-urlencoded, text/csv]
    body: { type: [object, string], minLength: 3, properties: { age: { type: integer } } }
  PUT /pictures/{id}:
    rpc: true
    consumes: [image/*]
    maxBody: 10B
    body: true
    headers:
      required: [If-Match]
      properties: { If-Match: { type: string }, X-Depth: { type: integer }, X-Name: { type: string, maxLength: 1 } }
`,
  { file: 'endpoints.yaml', env: {}, directory: '/' },
);

interface Given {
  readonly values?: readonly string[];
  readonly query?: readonly string[];
  readonly data?: string | Buffer;
  readonly file?: string;
  readonly type?: string;
  readonly headers?: readonly HeaderLine[];
}

function prepare(
  endpoint: string,
  { values = [], query = [], data, file, ...rest }: Given = {},
): Omit<PreparedCall, 'body'> & { readonly body: string | undefined; readonly type: string | undefined } {
  const { body, ...call } = prepareCall(findEndpoint(model, endpoint), {
    values: values.map(parseValue),
    query: query.map(parseValue),
    data: data === undefined ? undefined : { bytes: Buffer.from(data), ...(file !== undefined && { file }) },
    ...rest,
  });
  const [, type] = call.headers.find(([name]) => name === 'content-type') ?? [];
  return { ...call, body: body?.toString(), type };
}

describe('prepareCall', () => {
  it('parses body fields by the types of the schema, and adds no defaults', () => {
    const { body, mistakes } = prepare('POST /orders', {
      values: ['item=7', 'count=2', 'tags=a', 'tags=b=c'],
    });

    expect(body).to.equal('{"item":"7","count":2,"tags":["a","b=c"]}');
    expect(mistakes).to.deep.equal([]);
  });

  it('sends JSON values and a whole body as they were written', () => {
    expect(prepare('POST /orders', { values: ['item=a', 'id:=12345678901234567890'] }).body).to.equal(
      '{"item":"a","id":12345678901234567890}',
    );
    expect(prepare('POST /orders', { data: '{ "item": 1.0 }' }).body).to.equal('{ "item": 1.0 }');
  });

  it('distributes values over path, body and query', () => {
    const { method, target, body } = prepare('PUT /orders/{id}', {
      values: ['id=7', '__proto__=x'],
      query: ['dry=true'],
    });

    expect([method, target, body]).to.deep.equal(['PUT', '/orders/7?dry=true', '{"__proto__":"x"}']);
    expect(prepare('GET /orders?limit=1', { values: ['tag=a b', 'tag=&'] }).target).to.equal(
      '/orders?limit=1&tag=a+b&tag=%26',
    );
  });

  it('encodes a path parameter', () => {
    expect(prepare('PUT /orders/{id}', { values: ['id=a/b?'] }).target).to.equal('/orders/a%2Fb%3F');
  });

  it('names every value that the gateway would refuse', () => {
    expect(prepare('POST /orders', { values: ['count=many'] }).mistakes).to.deep.equal([
      'body /item is required',
      'body /count must be integer',
    ]);
    expect(prepare('PUT /orders/x', { query: ['dyr=true'] }).mistakes).to.deep.equal([
      'path parameter /id must be integer',
      'query /dyr is not declared',
    ]);
    expect(prepare('GET /orders', { data: '{}' }).mistakes).to.deep.equal([
      'body is not taken by this endpoint',
    ]);
    expect(prepare('POST /orders', { data: '{"item"' }).mistakes).to.deep.equal([
      'the body ends where : is expected: line 1, column 8 (byte 7)',
    ]);
  });

  it('sends a form where JSON is not taken, and data as the type that its file or the caller names', () => {
    const form = prepare('POST /contacts', { values: ['name=a b', 'age=7', 'tag=x', 'tag=y'] });
    const csv = prepare('POST /contacts', { data: 'id\n', file: 'a.CSV' });
    const chosen = prepare('POST /contacts', { data: 'id\n', type: 'text/csv; header=present' });

    expect(form).to.include({
      body: 'name=a+b&age=7&tag=x&tag=y',
      type: 'application/x-www-form-urlencoded',
    });
    expect([csv.type, chosen.type]).to.deep.equal(['text/csv', 'text/csv; header=present']);
    expect([form, csv, chosen].flatMap(({ mistakes }) => mistakes)).to.deep.equal([]);
    expect(() => prepare('POST /contacts', { data: 'id' })).to.throw(ConfigError, '--type, one of app');
    expect(() => prepare('POST /contacts', { values: ['age:=7'] })).to.throw(ConfigError, 'write age=…');
  });

  it('sends bytes as they are', () => {
    const endpoint = findEndpoint(model, 'PUT /pictures/7');
    const bytes = Buffer.from([0x89, 0x50, 0xff]);

    const { body, headers } = prepareCall(endpoint, {
      values: [],
      query: [],
      data: { bytes, file: 'p.png' },
    });

    expect(body?.equals(bytes)).to.equal(true);
    expect(headers).to.deep.equal([['content-type', 'image/png']]);
    expect(() => prepare('PUT /pictures/7')).to.throw(
      ConfigError,
      'the body is image/*: give it with --data @file',
    );
    expect(() => prepare('PUT /pictures/7', { data: 'x' })).to.throw(ConfigError, '--type');
  });

  it('judges the type and the length of a body, and headers by their schema', () => {
    const ifMatch = ['If-Match', '"3"'] as const;
    const picture = { data: 'x', type: 'image/png' };
    const mistakesOf = (given: Given) => prepare('PUT /pictures/7', given).mistakes;

    expect(mistakesOf({ ...picture, headers: [ifMatch, ['X-Name', 'é']] })).to.deep.equal([]);
    expect(mistakesOf({ ...picture, headers: [['x-depth', 'deep']] })).to.deep.equal([
      'header /if-match is required',
      'header /x-depth must be integer',
    ]);
    expect(mistakesOf({ data: 'x', headers: [ifMatch, ['content-type', 'text/plain']] })).to.deep.equal([
      'the body must come with Content-Type: image/*; it came with Content-Type: text/plain',
    ]);
    expect(mistakesOf({ data: 'more than ten', type: 'image/gif', headers: [ifMatch] })).to.deep.equal([
      'the body is longer than 10 bytes',
    ]);
    expect(prepare('POST /contacts', { values: ['age=x'] }).mistakes).to.deep.equal([
      'body /age must be integer',
    ]);
    expect(prepare('POST /contacts', { data: 'ab', type: 'text/csv' }).mistakes[0]).to.match(/^body must/);
  });

  it('refuses values that belong nowhere', () => {
    expect(() => prepare('PUT /orders/{id}')).to.throw(ConfigError, 'the path needs id=…');
    expect(() => prepare('POST /orders', { data: '{}', values: ['item=a'] })).to.throw(ConfigError, '--data');
    expect(() => parseValue('item')).to.throw(ConfigError, 'name=text');
    expect(() => parseValue('item:=a')).to.throw(ConfigError, 'is not JSON');
  });
});
