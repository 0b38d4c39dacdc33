import { expect } from 'chai';
import { formatTraceHeaders, parseTraceHeaders } from '../../src/tracing/trace-context.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const spanId = '00f067aa0ba902b7';

describe('trace headers', () => {
  it('are written as they were read', () => {
    const headers = { traceparent: `00-${traceId}-${spanId}-01`, tracestate: 'a=b,c=d' };

    const context = parseTraceHeaders(headers);

    expect(context).to.deep.include({ traceId, spanId, traceFlags: 1, isRemote: true });
    expect(context && formatTraceHeaders(context)).to.deep.equal(headers);
  });

  it('lose an invalid tracestate', () => {
    const context = parseTraceHeaders({ traceparent: `00-${traceId}-${spanId}-00`, tracestate: 'A=b' });

    expect(context && formatTraceHeaders(context)).to.deep.equal({
      traceparent: `00-${traceId}-${spanId}-00`,
    });
  });

  for (const traceparent of [
    undefined,
    7,
    '',
    `00-${traceId}-${'0'.repeat(16)}-01`,
    `ff-${traceId}-${spanId}-01`,
  ]) {
    it(`are none with the traceparent ${traceparent}`, () => {
      expect(parseTraceHeaders({ traceparent })).to.equal(undefined);
    });
  }
});
