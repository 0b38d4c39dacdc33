import { expect } from 'chai';
import { toThreadError } from '../../../src/database/embedded/thread-error.ts';

describe('what ends the thread of the database', () => {
  it('is an error with the system’s code, where it was a number of WASI', () => {
    expect(toThreadError({ name: 'ErrnoError', errno: 51 })).to.include({ code: 'ENOSPC' });
    expect(toThreadError({ name: 'ErrnoError', errno: 69 })).to.include({ code: 'EROFS' });
  });

  it('is shown whole where nothing is known of it', () => {
    expect(toThreadError({ errno: 7, message: 'odd' }).message).to.contain('{"errno":7,"message":"odd"}');
    expect(toThreadError(undefined)).to.be.instanceOf(Error);
  });

  it('stays the error that it was', () => {
    const error = new Error('boom');

    expect(toThreadError(error)).to.equal(error);
  });
});
