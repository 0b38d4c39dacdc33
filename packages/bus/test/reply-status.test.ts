import { expect } from 'chai';
import { parseReplyStatus } from '../src/reply-status.ts';

describe('the status of a reply', () => {
  for (const status of [100, 200, 599]) {
    it(`may be ${status}`, () => {
      expect(parseReplyStatus(status)).to.equal(status);
    });
  }

  for (const status of [99, 600, 200.5, '200', null, undefined, {}]) {
    it(`is none when it is ${JSON.stringify(status)}`, () => {
      expect(parseReplyStatus(status)).to.equal(undefined);
    });
  }
});
