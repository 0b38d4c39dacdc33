import { expect } from 'chai';
import { createCsvFormat } from '../../src/sql/csv-format.ts';

describe('the CSV of rows', () => {
  it('quotes what RFC 4180 asks for, and tells NULL from an empty text', () => {
    const format = createCsvFormat();
    const fields = ['a,b', 'c'].map((name) => ({ name, typeId: 25 }));

    const first = format.page({ fields, rows: [['say "no"', null]] });
    const second = format.page({ fields, rows: [['two\nlines', '']] });

    expect(first).to.equal('"a,b",c\r\n"say ""no""",\r\n');
    expect(second).to.equal('"two\nlines",""\r\n');
  });
});
