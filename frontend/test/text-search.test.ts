import { expect } from 'chai';
import type { MessageEntry } from '../src/lib/feed-entry.ts';
import { jsonLine } from '../src/lib/json-line.ts';
import { containsText } from '../src/lib/text-search.ts';

function message(raw: string): MessageEntry {
  return { kind: 'message', key: 1, feed: 'f', offset: 1, position: '0.0:1', sentAtMs: 0, raw };
}

function finds(raw: string, text: string): boolean {
  return containsText(text)?.(message(raw)) ?? true;
}

describe('the search in messages', () => {
  const compact = String.raw`{"room":"red","list":[1,2],"text":"hello, world: ok","name":"caf\u00e9","path":"a\/b \"c\""}`;
  const spaced = JSON.stringify(JSON.parse(compact), undefined, 2);

  for (const [what, text] of [
    ['a word in any case', 'HELLO'],
    ['the text as it was sent', '"room":"red","list":[1,2]'],
    ['the text of a row', '"room": "red", "list": [1, 2]'],
    ['blanks anywhere between tokens', '"room"  :  "red" ,"list" : [ 1 , 2 ]'],
    ['text that begins and ends within strings', 'ed", "list": [1, 2], "text": "hel'],
    ['blanks within a string as they are', 'hello, world: ok'],
    ['the character behind an escape', 'Café'],
    ['an escape', String.raw`caf\u00e9`],
    ['an escape in capitals', String.raw`caf\u00E9`],
    ['an escape of a capital letter', String.raw`\u0043af\u00c9`],
    ['an escaped slash and quotes', 'a/b "c"'],
  ] as const) {
    it(`finds ${what}`, () => {
      expect([finds(compact, text), finds(spaced, text)]).to.deep.equal([true, true]);
    });
  }

  it('finds every substring of a row of a message', () => {
    const line = jsonLine(compact, 180)
      .map(({ text }) => text)
      .join('');

    for (let start = 0; start < line.length - 12; start += 1) {
      const piece = line.slice(start, start + 12);
      expect(finds(compact, piece), piece).to.equal(true);
    }
  });

  it('does not find other text', () => {
    const texts = ['blue', '"room":"rod"', 'helloworld', 'room red', '[1,3]'];

    expect(texts.map((text) => finds(compact, text))).to.deep.equal(texts.map(() => false));
  });
});
