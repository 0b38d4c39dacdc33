import { expect } from 'chai';
import { nodeOfText, textOfNode } from '../src/lib/field-text.ts';
import type { FieldKind } from '../src/lib/form-field.ts';
import { parseJson } from '../src/lib/json-tree.ts';

function written(kind: FieldKind, text: string): string | undefined {
  const node = nodeOfText(kind, text);
  return node && 'text' in node ? node.text : node?.kind;
}

describe('the text in a field', () => {
  it('is a number digit for digit, where a number is expected', () => {
    expect(written('number', '1.0')).to.equal('1.0');
    expect(written('integer', '12345678901234567890')).to.equal('12345678901234567890');
    expect(written('integer', ' 7 ')).to.equal('7');
  });

  it('stays a string when it is not a number', () => {
    expect(written('integer', 'seven')).to.equal('"seven"');
    expect(written('number', '1.')).to.equal('"1."');
    expect(written('number', 'true')).to.equal('"true"');
  });

  it('is always a string where a string is expected', () => {
    expect(written('string', '12')).to.equal('"12"');
    expect(written('string', 'say "hi"')).to.equal(String.raw`"say \"hi\""`);
  });

  it('is JSON where anything is allowed, else a string', () => {
    expect(written('json', '1.0')).to.equal('1.0');
    expect(written('json', '{"a":1}')).to.equal('object');
    expect(written('json', 'hello')).to.equal('"hello"');
    expect(written('json', '"12"')).to.equal('"12"');
  });

  it('is undefined when it is empty', () => {
    expect(written('string', '')).to.equal(undefined);
    expect(written('json', '')).to.equal(undefined);
  });

  it('is restored from its value', () => {
    const cases: readonly [FieldKind, string][] = [
      ['string', '"12"'],
      ['string', String.raw`"é\n\"x\""`],
      ['number', '1.0'],
      ['integer', '"seven"'],
      ['json', '"hello"'],
      ['json', '"12"'],
      ['json', '" 12"'],
      ['json', 'null'],
      ['json', '{"a": [1.0, "b"]}'],
    ];

    for (const [kind, json] of cases) {
      const node = parseJson(json);
      const text = textOfNode(kind, node);
      const again = nodeOfText(kind, text);
      expect(again && textOfNode(kind, again), json).to.equal(text);
      expect(again?.kind, json).to.equal(node.kind);
    }
  });
});
