import { expect } from 'chai';
import { summarizeLatency } from '../src/lib/latency.ts';

describe('the summary of latencies', () => {
  it('computes percentiles by nearest rank, in any order', () => {
    const durations = Array.from({ length: 100 }, (_none, index) => ((index * 37) % 100) + 1);

    expect(summarizeLatency(durations)).to.deep.equal({ p50: 50, p99: 99, longest: 100 });
  });

  it('is right for one and for two', () => {
    expect(summarizeLatency([7])).to.deep.equal({ p50: 7, p99: 7, longest: 7 });
    expect(summarizeLatency([9, 1])).to.deep.equal({ p50: 1, p99: 9, longest: 9 });
  });

  it('is undefined for none', () => {
    expect(summarizeLatency([])).to.equal(undefined);
  });
});
