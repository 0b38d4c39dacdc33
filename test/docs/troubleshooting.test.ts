import { expect } from 'chai';
import { quotedSentences, sourceTexts } from './quoted-sentences.ts';

const document = 'docs/troubleshooting.md';

describe(document, () => {
  const sentences = quotedSentences(document);
  const texts = sourceTexts();

  it('quotes sentences', () => {
    expect(sentences).to.have.length.above(40);
  });

  it('quotes each of them once', () => {
    expect(sentences).to.deep.equal([...new Set(sentences)]);
  });

  for (const sentence of sentences) {
    it(`quotes a text of the source: ${sentence}`, () => {
      expect(texts.has(sentence), 'a text of some source file').to.equal(true);
    });
  }
});
