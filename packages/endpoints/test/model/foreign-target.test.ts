import { expect } from 'chai';
import { encodeWord, foreignNameFault } from '../../src/model/foreign-target.ts';

describe('a word of a routing key', () => {
  it('has no dot, star, hash or percent sign that a caller wrote', () => {
    expect(encodeWord('a.b*c#d%e')).to.equal('a%2Eb%2Ac%23d%25e');
    expect(encodeWord('#')).to.equal('%23');
    expect(encodeWord('%23')).to.equal('%2523');
    expect(encodeWord('né/ 1')).to.equal('né/ 1');
  });
});

describe('a name of another application', () => {
  it('may be anything that AMQP can carry', () => {
    for (const name of ['amq.topic', '', 'né/ #', 'x'.repeat(255)])
      expect(foreignNameFault(name)).to.equal(undefined);
  });

  it('has at most 255 bytes, and no control characters', () => {
    expect(foreignNameFault('é'.repeat(128))).to.equal('must have at most 255 bytes, not 256');
    for (const name of ['a\0', 'a\n', '\ud800']) expect(foreignNameFault(name)).to.contain('control');
  });
});
