import { expect } from 'chai';
import { createTableFormat } from '../../src/sql/table-format.ts';

const fields = [
  { name: 'id', typeId: 20 },
  { name: 'text', typeId: 25 },
];

describe('the table of rows', () => {
  it('aligns numbers and wide characters, shows NULL, and escapes what a terminal would obey', () => {
    const format = createTableFormat();
    const rows = [
      ['1', '日本'],
      ['22', null],
      ['3', 'a\nb\t\u001b[31m\u202e'],
    ];

    const text = format.page({ fields, rows }) + format.end({ fields, tag: 'SELECT 3', rowCount: 3 });

    expect(text).to.equal(
      [
        ' id | text',
        '----+------------------------',
        '  1 | 日本',
        ' 22 | NULL',
        '  3 | a\\nb\\t\\u001b[31m\\u202e',
        '(3 rows)',
        '',
      ].join('\n'),
    );
  });

  it('prints its header once, and keeps at least the widths of the page before', () => {
    const format = createTableFormat();

    const first = format.page({ fields, rows: [['1000', 'a']] });
    const second = format.page({ fields, rows: [['1', 'b']] });

    expect(first).to.equal(' id   | text\n------+------\n 1000 | a\n');
    expect(second).to.equal('    1 | b\n');
  });

  it('cuts values only if asked to', () => {
    const page = { fields: [{ name: 't', typeId: 25 }], rows: [['abcdefgh'], ['日本語日本']] };

    const cut = createTableFormat({ maxValueWidth: 6 }).page(page).split('\n');

    expect(cut.slice(2)).to.deep.equal([' abcde…', ' 日本…', '']);
    expect(createTableFormat().page(page)).to.contain('abcdefgh');
  });

  it('prints the tag of a statement without rows', () => {
    const end = createTableFormat().end({ fields: [], tag: 'INSERT 0 1', rowCount: 0 });

    expect(end).to.equal('INSERT 0 1\n');
  });
});
