import { expect } from 'chai';
import { showInvisible } from '../src/lib/visible-text.ts';

describe('visible text', () => {
  it('writes what changes the direction, or cannot be seen, as an escape of the same value', () => {
    const sent = '"user\u202e\u2066 gpj.exe\u2069\u200b"';

    const shown = showInvisible(sent);

    expect(shown).to.equal(String.raw`"user\u202e\u2066 gpj.exe\u2069\u200b"`);
    expect(JSON.parse(shown)).to.equal(JSON.parse(sent));
  });

  it('leaves words of every script, emoji and line breaks alone', () => {
    const texts = ['שלום', 'سلام\u200cعلیکم', '👩\u200d👩\u200d👧', 'a\n  b', String.raw`\u202e`];

    expect(texts.map(showInvisible)).to.deep.equal(texts);
  });
});
