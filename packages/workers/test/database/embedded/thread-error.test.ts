import { expect } from 'chai';
import { toThreadError } from '../../../src/database/embedded/thread-error.ts';

describe('the error that ends the thread of the database', () => {
  it('has the system’s code instead of a WASI number', () => {
    expect(toThreadError({ name: 'ErrnoError', errno: 51 })).to.include({ code: 'ENOSPC' });
    expect(toThreadError({ name: 'ErrnoError', errno: 69 })).to.include({ code: 'EROFS' });
  });

  it('is shown whole if it is unknown', () => {
    expect(toThreadError({ errno: 7, message: 'odd' }).message).to.contain('{"errno":7,"message":"odd"}');
    expect(toThreadError(undefined)).to.be.instanceOf(Error);
  });

  it('is kept if it is an error already', () => {
    const error = new Error('boom');

    expect(toThreadError(error)).to.equal(error);
  });
});
