import { expect } from 'chai';
import { networkOf } from '../src/network.ts';

describe('networkOf', () => {
  for (const [address, network] of [
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:0db8:0001:0002::', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    ['::ffff:192.0.2.1', '0:0:0:0'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0'],
    ['', ''],
  ] as const) {
    it(`is ${network || 'nothing'} of ${address || 'nothing'}`, () => {
      expect(networkOf(address)).to.equal(network);
    });
  }
});
