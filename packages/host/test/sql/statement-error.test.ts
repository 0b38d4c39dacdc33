import { expect } from 'chai';
import { formatStatementError } from '../../src/sql/statement-error.ts';

function place(sql: string, position: number, line = 1): readonly string[] {
  return formatStatementError({ code: '42601', message: 'wrong', position }, { sql, line })
    .split('\n')
    .slice(1, 3);
}

describe('the report of a failed statement', () => {
  it('has the SQLSTATE, the place, and what PostgreSQL adds', () => {
    const failure = {
      code: '23505',
      message: 'twice',
      detail: 'Key (id)=(1)\u001b',
      hint: 'use 2',
      where: 'a\nb',
    };

    const text = formatStatementError(failure, { sql: 'INSERT', line: 1 });

    expect(text).to.equal('ERROR 23505: twice\nDETAIL: Key (id)=(1)\\u001b\nHINT: use 2\nCONTEXT: a\nb\n');
  });

  it('points to a character, also after wide ones and those that UTF-16 writes as two', () => {
    expect(place('SELECT nope', 8)).to.deep.equal(['LINE 1: SELECT nope', '               ^']);
    expect(place("SELECT '😀日', nope", 14)).to.deep.equal([
      "LINE 1: SELECT '😀日', nope",
      '                       ^',
    ]);
  });

  it('counts lines from where the statement begins in its text', () => {
    expect(place('SELECT\n\tnope', 9, 5)).to.deep.equal(['LINE 6:  nope', '         ^']);
  });

  it('shows a part of a long line', () => {
    const [line = '', caret = ''] = place(`SELECT ${'a, '.repeat(100)}nope${', b'.repeat(100)}`, 308);

    expect(line.length).to.be.lessThan(140);
    expect(line.slice(caret.length - 1)).to.match(/^nope, b/);
  });
});
