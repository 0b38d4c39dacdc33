import { expect } from 'chai';
import { formatJson, placeOf } from '../src/lib/json-format.ts';
import { JsonSyntaxError, parseJson } from '../src/lib/json-tree.ts';

function syntaxErrorOf(text: string): string {
  try {
    parseJson(text);
    return 'no error';
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) throw error;
    const { line, column } = placeOf(text, error.offset);
    return `${line}:${column} ${error.message}`;
  }
}

describe('JSON that keeps its scalars', () => {
  it('returns every scalar as it was written', () => {
    const text =
      '{"big":12345678901234567890,"one":1.0,"small":1e-400,"text":"\\u00e9é\\/","no":null,"list":[true,-0]}';

    const formatted = formatJson(parseJson(text));

    expect(formatted.replaceAll(/\n */g, '').replaceAll('": ', '":')).to.equal(text);
  });

  it('formats with two spaces per level, and keeps empty values on one line', () => {
    expect(formatJson(parseJson(' {"a" :[1,{"b":{}}],"c":[ ]} '))).to.equal(
      '{\n  "a": [\n    1,\n    {\n      "b": {}\n    }\n  ],\n  "c": []\n}',
    );
  });

  it('accepts and refuses the same texts as JSON.parse', () => {
    const texts = [
      '1',
      ' "a" ',
      '[]',
      '[1,]',
      '{"a":1,}',
      '{a:1}',
      "'a'",
      '01',
      '1.',
      '.5',
      '+1',
      '-',
      '1e',
      '1e5',
      'tru',
      'truex',
      'nul',
      '"\u0000"',
      '"\\x"',
      '"\\u12"',
      '"a',
      '[1 2]',
      '{"a" 1}',
      '{"a":1 "b":2}',
      '',
      ' ',
      '1 2',
      '[',
      '{',
      ']',
      '\u00a01',
      '{"__proto__":1}',
      '"\ud800"',
      'NaN',
      '1n',
      '"\u2028"',
      '[1,,2]',
      '// 1',
    ];

    for (const text of texts) {
      const isTaken = syntaxErrorOf(text) === 'no error';
      expect(isTaken, text).to.equal(isJson(text));
    }
  });

  it('reports what is wrong, and where', () => {
    expect(syntaxErrorOf('{\n  "a": 1\n  "b": 2\n}')).to.equal('3:3 Expected “,” or “}”');
    expect(syntaxErrorOf('{"a": }')).to.equal('1:7 Expected a value');
    expect(syntaxErrorOf('{"a": ')).to.equal('1:7 Expected a value, but the text ends');
    expect(syntaxErrorOf("{'a': 1}")).to.equal('1:2 Expected a name in double quotes');
    expect(syntaxErrorOf('{"a" 1}')).to.equal('1:6 Expected “:” after the name');
    expect(syntaxErrorOf('["a\nb"]')).to.equal(
      '1:2 This string does not end, or holds a character that must be escaped',
    );
    expect(syntaxErrorOf('[1] 2')).to.equal('1:5 Nothing may follow the value');
    expect(syntaxErrorOf('['.repeat(5_000))).to.contain('nested too deep');
  });

  it('reads a string of a megabyte', () => {
    const text = JSON.stringify('a"'.repeat(500_000));

    expect(parseJson(text)).to.include({ kind: 'string', text });
  });
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
