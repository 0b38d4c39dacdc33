import { expect } from 'chai';
import { summarize } from '../../src/database/statement-summary.ts';

const cases: readonly (readonly [sql: string, summary: string])[] = [
  ['SELECT 1', 'SELECT'],
  ['SELECT restmapper_append($1, $2, $3) AS known', 'SELECT restmapper_append'],
  ['SELECT count(*) FROM orders', 'SELECT orders'],
  ['select * from orders o join "Big Customers" c on true', 'SELECT orders "Big Customers"'],
  ['INSERT INTO shop.orders (id) VALUES ($1)', 'INSERT shop.orders'],
  ['UPDATE orders SET a = 1', 'UPDATE orders'],
  ['DELETE FROM ONLY orders', 'DELETE'],
  ['WITH x AS (SELECT 1 FROM a) SELECT * FROM x, b', 'WITH a x'],
  ['CREATE TABLE IF NOT EXISTS log (id int)', 'CREATE log'],
  ['-- from secret\n/* from secret */ SELECT 1', 'SELECT'],
  ["SELECT 'copied from secret' FROM notes", 'SELECT notes'],
  ["SELECT 'it''s from secret'", 'SELECT'],
  ["SELECT E'it\\'s from secret' FROM notes", 'SELECT notes'],
  ['SELECT $q$ from secret $q$, $$ from secret $$ FROM notes', 'SELECT notes'],
  [`SELECT "o'clock" FROM notes WHERE a = ' from secret'`, 'SELECT notes'],
  ["SELECT ' from secret", 'SELECT'],
  ['SELECT substring(a from 2) FROM notes', 'SELECT notes'],
  [`SELECT '${'x'.repeat(5000)} from secret'`, 'SELECT'],
  ['', 'SQL'],
];

describe('summarize', () => {
  for (const [sql, summary] of cases) {
    it(`summarizes ${sql.slice(0, 60)} as ${summary}`, () => {
      expect(summarize(sql)).to.deep.equal({ operation: summary.split(' ', 1)[0], summary });
      expect(summarize(sql).summary).not.to.contain('secret');
    });
  }

  it('is at most 255 characters long', () => {
    const names = Array.from({ length: 50 }, (_, n) => `FROM table_number_${n}`);

    expect(summarize(`SELECT ${names.join(' ')}`).summary).to.have.length(255);
  });

  it('takes little time for a hostile text', () => {
    const started = performance.now();

    for (const part of ["'", '$a$', '"', '/*', "e'\\", 'FROM ']) summarize(part.repeat(100_000));

    expect(performance.now() - started).to.be.below(500);
  });
});
