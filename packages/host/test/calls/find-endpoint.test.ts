import { ConfigError } from '@restmapper/core';
import { parseEndpoints } from '@restmapper/endpoints';
import { expect } from 'chai';
import { findEndpoint } from '../../src/calls/find-endpoint.ts';

const model = parseEndpoints(
  `
endpoints:
  POST /orders: { fanout: true, body: true }
  GET /orders: { rpc: true }
  GET /orders/{id}: { rpc: true }
  GET /orders/latest: { rpc: true }
  GET /orders/{id}/lines/{line}: { rpc: true }
  GET /status/: { rpc: true }
internal:
  orders.changed: { fanout: true }
`,
  { file: 'endpoints.yaml', env: {}, directory: '/' },
);

function keyOf(given: string): string {
  return findEndpoint(model, given).endpoint.key;
}

describe('findEndpoint', () => {
  it('finds an endpoint by its key, in any case of the method', () => {
    expect(keyOf('POST /orders')).to.equal('POST /orders');
    expect(keyOf(' get  /orders/{id}')).to.equal('GET /orders/{id}');
  });

  it('finds the endpoint of a concrete path, with the parameters and the query', () => {
    const { endpoint, params, query } = findEndpoint(model, 'GET /orders/a%20b/lines/2?limit=5');

    expect(endpoint.key).to.equal('GET /orders/{id}/lines/{line}');
    expect({ ...params }).to.deep.equal({ id: 'a b', line: '2' });
    expect(query).to.equal('limit=5');
  });

  it('prefers a literal segment, as the gateway does', () => {
    expect(keyOf('GET /orders/latest')).to.equal('GET /orders/latest');
    expect(keyOf('/orders/7')).to.equal('GET /orders/{id}');
  });

  it('needs the method where several endpoints have the path', () => {
    expect(() => keyOf('/orders')).to.throw(ConfigError, 'name one of "POST /orders", "GET /orders"');
    expect(keyOf('/status/')).to.equal('GET /status/');
  });

  it('suggests the nearest endpoint', () => {
    expect(() => keyOf('POST /order')).to.throw(ConfigError, 'did you mean "POST /orders"?');
    expect(() => keyOf('/statuss')).to.throw(ConfigError, 'did you mean "GET /status/"?');
    expect(() => keyOf('GET /nothing/like/it/at/all')).to.throw(ConfigError, '`restmapper routes`');
  });

  it('says that no HTTP call reaches an internal source', () => {
    expect(() => keyOf('orders.changed')).to.throw(ConfigError, 'orders.changed is internal');
  });
});
