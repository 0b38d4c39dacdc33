import { expect } from 'chai';
import { Registry } from 'prom-client';
import { createGatewayMetrics } from '../../src/index.ts';
import { startGateway } from '../support/start-gateway.ts';

describe('createGatewayMetrics', () => {
  it('counts requests by endpoint, never by path', async () => {
    const registry = new Registry();
    const { call } = await startGateway('  POST /a/{id}: { fanout: true }', {
      metrics: createGatewayMetrics(registry),
    });

    await call('/a/1', { method: 'POST' });
    await call('/a/2', { method: 'POST' });
    await call('/b/3');

    const text = await registry.metrics();
    expect(text).to.contain(
      'restmapper_http_requests_total{endpoint="POST /a/{id}",method="POST",status="200"} 2',
    );
    expect(text).to.contain('restmapper_http_requests_total{endpoint="none",method="GET",status="404"} 1');
    expect(text).to.contain('restmapper_http_request_seconds_count{endpoint="POST /a/{id}"} 2');
    expect(text).to.contain('restmapper_http_requests_in_flight 0');
  });

  it("counts a page's polling separately", async () => {
    const registry = new Registry();
    const { call } = await startGateway('  POST /a: { fanout: true }', {
      metrics: createGatewayMetrics(registry),
    });

    await call('/openapi.json');
    await call('/openapi.json', { headers: { 'x-restmapper-poll': 'true' } });

    const text = await registry.metrics();
    expect(text).to.contain('restmapper_http_requests_total{endpoint="none",method="GET",status="200"} 2');
    expect(text).to.contain('restmapper_http_polls_total{endpoint="none",status="200"} 1');
  });
});
