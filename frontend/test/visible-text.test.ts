import { expect } from 'chai';
import { showInvisible } from '../src/lib/visible-text.ts';

describe('visible text', () => {
  it('escapes characters that are invisible or change the direction', () => {
    const sent = '"user\u202e\u2066 gpj.exe\u2069\u200b"';

    const shown = showInvisible(sent);

    expect(shown).to.equal(String.raw`"user\u202e\u2066 gpj.exe\u2069\u200b"`);
    expect(JSON.parse(shown)).to.equal(JSON.parse(sent));
  });

  it('keeps words of every script, emoji and line breaks', () => {
    const texts = ['שלום', 'سلام\u200cعلیکم', '👩\u200d👩\u200d👧', 'a\n  b', String.raw`\u202e`];

    expect(texts.map(showInvisible)).to.deep.equal(texts);
  });
});
