import { expect } from 'chai';
import { parseReplyStatus } from '../../src/contract/reply-status.ts';

describe('the status of a reply', () => {
  for (const status of [100, 200, 599]) {
    it(`may be ${status}`, () => {
      expect(parseReplyStatus(status)).to.equal(status);
    });
  }

  for (const [text, status] of [
    ['100', 100],
    ['404', 404],
  ] as const) {
    it(`may be the text ${text}`, () => {
      expect(parseReplyStatus(text)).to.equal(status);
    });
  }

  for (const status of [null, undefined]) {
    it(`is none when it is ${status}`, () => {
      expect(parseReplyStatus(status)).to.equal(undefined);
    });
  }

  const notStatuses: readonly unknown[] = [
    [0, -200, 99, 600, 2000, 200.5, Number.NaN, Number.POSITIVE_INFINITY],
    ['', ' 200', '200 ', '0200', '2e2', '99', '600', '200.0', 'OK', '٢٠٠'],
    [true, false, {}, [200], ['200'], Buffer.from('200'), { '!': 'timestamp', value: 200 }],
  ].flat();
  for (const status of notStatuses) {
    it(`is invalid when it is ${JSON.stringify(status)} (${typeof status})`, () => {
      expect(parseReplyStatus(status)).to.equal('invalid');
    });
  }
});
