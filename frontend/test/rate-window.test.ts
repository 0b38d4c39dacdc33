import { expect } from 'chai';
import { RateWindow } from '../src/lib/rate-window.ts';

describe('rate window', () => {
  it('counts per second, oldest first', () => {
    const rates = new RateWindow(4);
    rates.add(2, 1_000);
    rates.add(1, 1_999);
    rates.add(5, 3_500);

    const counts = rates.counts(3_600);

    expect(counts).to.deep.equal([0, 3, 0, 5]);
  });

  it('forgets entries older than the window', () => {
    const rates = new RateWindow(4);
    rates.add(7, 1_000);

    expect(rates.counts(4_999)).to.deep.equal([7, 0, 0, 0]);
    expect(rates.counts(5_000)).to.deep.equal([0, 0, 0, 0]);
    expect(rates.counts(5_000_000)).to.deep.equal([0, 0, 0, 0]);
  });

  it('derives the rate from the last five complete seconds', () => {
    const rates = new RateWindow();
    rates.add(100, 9_000);
    for (let second = 10; second < 15; second += 1) rates.add(10, second * 1_000);
    rates.add(1_000, 15_000);

    expect(rates.rate(15_500)).to.equal(10);
    expect(rates.rate(30_000)).to.equal(0);
  });

  it('continues counting when the clock is set back', () => {
    const rates = new RateWindow(3);
    rates.add(1, 60_000);

    rates.add(1, 5_000);

    expect(rates.counts(60_000)).to.deep.equal([0, 0, 2]);
  });
});
