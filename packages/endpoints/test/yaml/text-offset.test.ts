import { expect } from 'chai';
import { parseDocument } from 'yaml';
import { findInScalar } from '../../src/yaml/text-offset.ts';

/** Each has the mark `X` in its text, at the place to be found. */
const sources = {
  'a literal block': 'a:\n  b: |\n    SELECT 1,\n      X\n    FROM t\n',
  'a literal block with CRLF': 'a:\r\n  b: |\r\n    SELECT 1,\r\n\r\n      X\r\n',
  'a block with an indentation and a comment': 'b: |2- # the statement\n    SELECT\n  X\n',
  'a folded block': 'b: >-\n  SELECT 1,\n  2,\n\n    3,\n  X FROM t\n',
  'a text without quotes': 'b: SELECT X FROM t\n',
  'a text without quotes on several lines': 'b: SELECT\n    1,\n    X FROM t\n',
  'single quotes': "b: 'SELECT ''a'', ''b'', X'\n",
  'double quotes': 'b: "SELECT \\"a\\",\\n \\u00e9, \\x41, X"\n',
  'a flow mapping': 'b: { c: SELECT X }\n',
};

describe('findInScalar', () => {
  for (const [what, source] of Object.entries(sources)) {
    it(`finds a character in ${what}`, () => {
      const [start, text] = scalarWithMark(source);

      const found = findInScalar(source, start, { text, index: text.indexOf('X') });

      expect(found).to.equal(source.indexOf('X'));
    });
  }

  it('finds none in a text that is not written like that', () => {
    expect(findInScalar('b: SELECT ${A} X', 3, { text: 'SELECT 1 X', index: 9 })).to.equal(undefined);
    expect(findInScalar('b: *other', 3, { text: 'SELECT X', index: 7 })).to.equal(undefined);
  });
});

/** The offset and the text of the scalar with the mark. */
function scalarWithMark(source: string): [start: number, text: string] {
  const document = parseDocument(source);
  const [path] = [['a', 'b'], ['b', 'c'], ['b']].filter((path) => typeof document.getIn(path) === 'string');
  const node = document.getIn(path ?? [], true) as { range: [number]; value: string };
  return [node.range[0], node.value];
}
