import { expect } from 'chai';
import { importCopy } from '../../../../test/support/import-copy.ts';
import { Reject, Retry } from '../../src/work/errors.ts';
import type * as original from '../../src/work/errors.ts';

describe('the errors of handlers', () => {
  it('are recognised when another copy of the package has created them', async () => {
    const copy = await importCopy<typeof original>(new URL('../../src/work/errors.ts', import.meta.url).href);

    expect(copy.Retry).to.not.equal(Retry);
    expect(new copy.Retry(5)).to.be.instanceOf(Retry).and.not.instanceOf(Reject);
    expect(new copy.Reject('no')).to.be.instanceOf(Reject).and.not.instanceOf(Retry);
  });
});

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
