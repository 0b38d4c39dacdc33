import { context, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { requestError } from '@restmapper/core';
import { expect } from 'chai';
import { idOf, parentOf, recordSpans } from '../../../../test/support/recorded-spans.ts';
import { startServerSpan } from '../../src/observing/server-span.ts';
import { post, startGateway } from '../support/start-gateway.ts';

const endpoints = `
  GET /orders/{id}: { rpc: true, query: { properties: { token: { type: string } } } }
  POST /orders/: { rpc: true, body: { type: object } }
`;
const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('the span of a request', () => {
  it('continues the trace of the caller, and has the route', async () => {
    const spans = recordSpans();
    const { call, bus } = await startGateway(endpoints);
    bus.consume('/orders/{id}:GET', async () => [{ kind: 'reply', body: Buffer.from('{}') }]);

    await call('/orders/7?token=secret', {
      headers: { traceparent: `00-${traceId}-00f067aa0ba902b7-01`, 'x-request-id': 'r1' },
    });

    const span = spans.named('GET /orders/{id}');
    expect(span.kind).to.equal(SpanKind.SERVER);
    expect(span.attributes).to.deep.equal({
      'http.request.method': 'GET',
      'http.route': '/orders/{id}',
      'url.path': '/orders/7',
      'url.scheme': 'http',
      'http.response.status_code': 200,
      'http.response.header.x-request-id': ['r1'],
    });
    expect(span.spanContext().traceId).to.equal(traceId);
    expect(parentOf(span)).to.equal('00f067aa0ba902b7');
    expect(parentOf(spans.named('request /orders/{id}:GET'))).to.equal(idOf(span));
  });

  it('does not fail because of a mistake of the caller', async () => {
    const spans = recordSpans();
    const { call } = await startGateway(endpoints);

    await call('/orders/', post('"secret"'));
    await call('/nothing');

    for (const name of ['POST /orders/', 'GET']) {
      const { status, attributes, events } = spans.named(name);
      expect(status.code).to.equal(SpanStatusCode.UNSET);
      expect(attributes).not.to.have.property('error.type');
      expect(events).to.deep.equal([]);
    }
  });

  it('fails with the code of a problem from 500', async () => {
    const spans = recordSpans();
    const { call } = await startGateway(endpoints);

    await call('/orders/7');

    const { status, attributes, events } = spans.named('GET /orders/{id}');
    expect(status).to.deep.equal({ code: SpanStatusCode.ERROR });
    expect(attributes).to.include({ 'error.type': 'NO_WORKER', 'http.response.status_code': 503 });
    expect(events).to.deep.equal([]);
  });

  it('does not have an invented method in its name', () => {
    const spans = recordSpans();
    const request = { method: 'BREW', url: '/pot', headers: {}, socket: {} } as never;

    startServerSpan(request)?.end({ method: 'BREW', status: 405 }, stateOf());

    expect(spans.named('HTTP').attributes).to.include({
      'http.request.method': '_OTHER',
      'http.request.method_original': 'BREW',
    });
  });

  it('records where an internal error was thrown', () => {
    const spans = recordSpans();
    const request = { method: 'GET', url: '/', headers: {}, socket: {} } as never;
    const problem = { status: 500, code: 'INTERNAL', detail: '', violations: [], headers: {} };

    startServerSpan(request)?.end(
      { method: 'GET', status: 500 },
      { ...stateOf(), failure: { problem, error: new TypeError('secret') } },
    );

    const { attributes, events } = spans.named('GET');
    expect(attributes['error.type']).to.equal('INTERNAL');
    expect(events.map(({ attributes }) => attributes?.['exception.type'])).to.deep.equal(['TypeError']);
  });

  it("is that of the HTTP server's instrumentation, if there is one", async () => {
    const spans = recordSpans();
    const request = { method: 'GET', url: '/', headers: {}, socket: {} } as never;
    const span = trace.getTracer('http').startSpan('GET', { kind: SpanKind.SERVER });

    context.with(trace.setSpan(context.active(), span), () => {
      const error = requestError('BAD_REPLY', { detail: '' });
      const problem = { status: 502, code: error.code, detail: '', violations: [], headers: {} };
      startServerSpan(request)?.end(
        { method: 'GET', status: 502 },
        { ...stateOf(), failure: { problem, error } },
      );
    });
    expect(spans.all()).to.deep.equal([]);
    span.end();

    expect(spans.named('GET').attributes).to.include({ 'error.type': 'BAD_REPLY' });
  });
});

function stateOf() {
  return { ownId: '1', requestId: 'r1', startedEpochMs: 0, address: '127.0.0.1' };
}
