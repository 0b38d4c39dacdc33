import { expect } from 'chai';
import { type Edited, indentEdit, newLineEdit, outdentEdit } from '../src/lib/text-edit.ts';

/** `|` marks the ends of the selection, or once the caret. */
function edit(
  marked: string,
  change: (selected: { text: string; from: number; to: number }) => Edited,
): string {
  const [before = '', inside = '', after] = marked.split('|');
  const text = before + inside + (after ?? '');
  const to = after === undefined ? before.length : before.length + inside.length;
  const { start, end, text: put, selection } = change({ text, from: before.length, to });
  const result = text.slice(0, start) + put + text.slice(end);
  const [from, until] = selection;
  const middle = from === until ? '|' : `|${result.slice(from, until)}|`;
  return result.slice(0, from) + middle + result.slice(until);
}

describe('editing JSON by keys', () => {
  it('indents at the caret', () => {
    expect(edit('{\n|', indentEdit)).to.equal('{\n  |');
  });

  it('indents every line that is selected', () => {
    expect(edit('{\n|"a": 1,\n"b"|: 2', indentEdit)).to.equal('{\n  |"a": 1,\n  "b"|: 2');
  });

  it('takes indentation away, never more than there is', () => {
    expect(edit('{\n    "a|"', outdentEdit)).to.equal('{\n  "a|"');
    expect(edit('{\n|  "a": 1,\n "b"|: 2', outdentEdit)).to.equal('{\n|"a": 1,\n"b"|: 2');
    expect(edit('"a|"', outdentEdit)).to.equal('"a|"');
  });

  it('begins a line as deep as the one before, deeper after an opening bracket', () => {
    expect(edit('  "a": 1,|', newLineEdit)).to.equal('  "a": 1,\n  |');
    expect(edit('  "a": {|}', newLineEdit)).to.equal('  "a": {\n    |}');
    expect(edit('[ |1|]', newLineEdit)).to.equal('[ \n  |]');
  });
});
