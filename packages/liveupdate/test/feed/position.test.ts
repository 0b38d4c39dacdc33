import { expect } from 'chai';
import { emptyEpoch, formatPosition, parsePosition } from '../../src/feed/position.ts';

describe('a position', () => {
  for (const [text, position] of [
    ['1024.5be0c3a9:1041', { epoch: { anchor: 1024, tag: '5be0c3a9' }, offset: 1041 }],
    ['0.00000000:-1', { epoch: { anchor: 0, tag: '00000000' }, offset: -1 }],
    ['0.0:-1', { epoch: emptyEpoch, offset: -1 }],
  ] as const) {
    it(`is written as ${text}, and read from it`, () => {
      expect(formatPosition(position.epoch, position.offset)).to.equal(text);
      expect(parsePosition(text)).to.deep.equal(position);
    });
  }

  for (const text of [
    '',
    '1041',
    '1024.5be0c3a9',
    '1024.5BE0C3A9:1041',
    '1024.5be0c3a:1041',
    '-1.5be0c3a9:1041',
    '1024.5be0c3a9:-2',
    '1024.5be0c3a9:1e3',
    ' 1024.5be0c3a9:1041',
    '1024.5be0c3a9:1041\n',
    '1024.5be0c3a9:99999999999999999999',
  ]) {
    it(`is not read from ${JSON.stringify(text)}`, () => {
      expect(parsePosition(text)).to.equal(undefined);
    });
  }
});
