import { expect } from 'chai';
import { codeFrame } from '../../src/yaml/code-frame.ts';

describe('codeFrame', () => {
  it('shows two lines above, aligns the numbers and points at the column', () => {
    const lines = Array.from({ length: 12 }, (_, index) => `line ${index + 1}`);

    const frame = codeFrame(lines, { line: 10, column: 6 });

    expect(frame.split('\n')).to.deep.equal([
      '   8 | line 8',
      '   9 | line 9',
      '  10 | line 10',
      '     |      ^',
    ]);
  });

  it('keeps tabs before the caret, so that it stands below the place', () => {
    const frame = codeFrame(['a:\t\tb'], { line: 1, column: 5 });

    expect(frame.split('\n')).to.deep.equal(['  1 | a:\t\tb', '    |   \t\t^']);
  });

  it('cuts a long line around the place', () => {
    const line = `${'a'.repeat(5000)}!${'b'.repeat(5000)}`;

    const [shown = '', caret = ''] = codeFrame([line], { line: 1, column: 5001 }).split('\n');

    expect(shown.length).to.be.at.most(110);
    expect(shown[caret.indexOf('^')]).to.equal('!');
  });

  it('points after the last line of a file that ends too early', () => {
    const frame = codeFrame(['a: [', ''], { line: 2, column: 1 });

    expect(frame.split('\n')).to.deep.equal(['  1 | a: [', '  2 |', '    | ^']);
  });
});
