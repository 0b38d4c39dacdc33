import { expect } from 'chai';
import { errorTypeOf, recordError } from '../../src/tracing/fail-span.ts';
import { findTracer } from '../../src/tracing/tracer.ts';
import { requestError } from '../../src/request-error.ts';
import { recordSpans } from '../../../../test/support/recorded-spans.ts';

describe('errorTypeOf', () => {
  it('is the code of an error, else the name of its class', () => {
    const errors = [
      requestError('NOT_FOUND', { detail: 'secret' }),
      new TypeError('secret'),
      Object.assign(new Error('secret'), { code: 'ECONNRESET' }),
      'secret',
    ];

    expect(errors.map(errorTypeOf)).to.deep.equal(['NOT_FOUND', 'TypeError', 'ECONNRESET', '_OTHER']);
  });
});

describe('recordError', () => {
  it('records class and places, and none of the text', () => {
    const spans = recordSpans();
    const span = findTracer()?.startSpan('work');

    if (span) recordError(span, new RangeError('password=secret\n    at secret'));
    span?.end();

    const [event] = spans.named('work').events;
    expect(event?.attributes?.['exception.type']).to.equal('RangeError');
    expect(event?.attributes?.['exception.stacktrace']).to.match(/^ {4}at .*fail-span\.test/);
    expect(JSON.stringify(event)).not.to.contain('secret');
  });
});

describe('findTracer', () => {
  it('finds nothing without an SDK', () => {
    expect(findTracer()).to.equal(undefined);
  });
});
