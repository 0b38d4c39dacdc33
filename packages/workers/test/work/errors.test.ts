import { expect } from 'chai';
import { Retry } from '../../src/work/errors.ts';

describe('Retry', () => {
  it('accepts a delay in milliseconds', () => {
    expect(new Retry(0)).to.include({ delayMs: 0, message: 'asked to be retried' });
  });

  for (const delay of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    it(`refuses ${delay}, which no queue could wait for`, () => {
      expect(() => new Retry(delay)).to.throw(RangeError);
    });
  }
});
