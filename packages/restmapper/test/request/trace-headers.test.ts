import { expect } from 'chai';
import { traceHeadersFrom } from '../../src/request/trace-headers.ts';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const parent = `00-${traceId}-00f067aa0ba902b7-01`;

describe('traceHeadersFrom', () => {
  it('continues a trace under a new span', () => {
    const { traceparent } = traceHeadersFrom({ traceparent: parent });

    expect(traceparent).to.match(new RegExp(`^00-${traceId}-[\\da-f]{16}-01$`));
    expect(traceparent).not.to.equal(parent);
  });

  it('continues a trace of a later version as version 00', () => {
    const { traceparent } = traceHeadersFrom({ traceparent: `cc-${traceId}-00f067aa0ba902b7-fe-later` });

    expect(traceparent).to.match(new RegExp(`^00-${traceId}-[\\da-f]{16}-00$`));
  });

  for (const invalid of [
    undefined,
    '',
    'x',
    parent.toUpperCase(),
    `${parent}-more`,
    `${parent}, ${parent}`,
    `ff-${traceId}-00f067aa0ba902b7-01`,
    `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`,
    `00-${traceId}-${'0'.repeat(16)}-01`,
  ]) {
    it(`starts a trace after ${invalid}`, () => {
      const headers = traceHeadersFrom({ traceparent: invalid, tracestate: 'a=b' });

      expect(headers.traceparent).to.match(/^00-[\da-f]{32}-[\da-f]{16}-00$/);
      expect(headers.traceparent).not.to.contain(traceId);
      expect(headers).not.to.have.property('tracestate');
    });
  }

  it('forwards a valid tracestate', () => {
    const { tracestate } = traceHeadersFrom({ traceparent: parent, tracestate: 'a=b, 1t@v/x=p:1;q' });

    expect(tracestate).to.equal('a=b, 1t@v/x=p:1;q');
  });

  for (const tracestate of ['', 'x', 'A=b', 'a=é', 'a=b,', `a=${'b'.repeat(600)}`, 'a=b,'.repeat(33)]) {
    it(`drops the tracestate ${tracestate.slice(0, 12)}`, () => {
      expect(traceHeadersFrom({ traceparent: parent, tracestate })).not.to.have.property('tracestate');
    });
  }

  it('never creates the same span twice', () => {
    const made = Array.from({ length: 2000 }, () => traceHeadersFrom({}).traceparent);

    expect(new Set(made).size).to.equal(made.length);
  });
});
