import { ConfigError } from '@restmapper/core';
import { parseEndpoints } from '@restmapper/endpoints';
import { expect } from 'chai';
import { parseValue } from '../../src/calls/call-values.ts';
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
`,
  { file: 'endpoints.yaml', env: {}, directory: '/' },
);

interface Given {
  readonly values?: readonly string[];
  readonly query?: readonly string[];
  readonly data?: string;
}

function prepare(endpoint: string, { values = [], query = [], data }: Given = {}): PreparedCall {
  return prepareCall(findEndpoint(model, endpoint), {
    values: values.map(parseValue),
    query: query.map(parseValue),
    data,
  });
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
    expect(prepare('POST /orders', { data: '{"item"' }).mistakes).to.deep.equal(['body is not JSON']);
  });

  it('refuses values that belong nowhere', () => {
    expect(() => prepare('PUT /orders/{id}')).to.throw(ConfigError, 'the path needs id=…');
    expect(() => prepare('POST /orders', { data: '{}', values: ['item=a'] })).to.throw(ConfigError, '--data');
    expect(() => parseValue('item')).to.throw(ConfigError, 'name=text');
    expect(() => parseValue('item:=a')).to.throw(ConfigError, 'is not JSON');
  });
});
