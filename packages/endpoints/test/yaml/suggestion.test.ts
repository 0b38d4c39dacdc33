import { expect } from 'chai';
import { didYouMean } from '../../src/yaml/suggestion.ts';

describe('didYouMean', () => {
  const known = ['fanout', 'rpc', 'feed', 'summary'];

  for (const [given, meant] of [
    ['fanuot', 'fanout'],
    ['Fanout', 'fanout'],
    ['feeds', 'feed'],
    ['sumary', 'summary'],
    ['rcp', 'rpc'],
  ] as const) {
    it(`suggests ${meant} for ${given}`, () => {
      expect(didYouMean(given, known)).to.equal(`; did you mean \`${meant}\`?`);
    });
  }

  it('returns nothing when no word is near', () => {
    expect(
      ['', 'colour', 'r', 'fan', 'f'.repeat(10_000)].map((given) => didYouMean(given, known)),
    ).to.deep.equal(['', '', '', '', '']);
  });

  it('returns the nearest word, the first of two', () => {
    expect(didYouMean('cat', ['cart', 'cut', 'cab'])).to.equal('; did you mean `cart`?');
    expect(didYouMean('message', ['messages_old', 'messages'])).to.equal('; did you mean `messages`?');
  });
});
