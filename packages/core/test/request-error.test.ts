import { expect } from 'chai';
import { importCopy } from '../../../test/support/import-copy.ts';
import { RequestError } from '../src/request-error.ts';
import type * as original from '../src/request-error.ts';

describe('a RequestError', () => {
  it('of another copy of the package is one too', async () => {
    const copy = await importCopy<typeof original>(new URL('../src/request-error.ts', import.meta.url).href);
    const error = new copy.RequestError(412, 'CHANGED', { headers: { etag: '"7"' } });

    expect(copy.RequestError).to.not.equal(RequestError);
    expect(error).to.be.instanceOf(RequestError).and.include({ status: 412, code: 'CHANGED' });
  });
});
