import { expect } from 'chai';
import { splitStatements } from '../../src/sql/split-statements.ts';

function split(text: string): readonly string[] {
  const { statements, rest } = splitStatements(text);
  return [...statements, ...(rest ? [rest] : [])].map(({ sql }) => sql);
}

describe('splitStatements', () => {
  for (const whole of [
    "SELECT 'a;b'",
    "SELECT 'it''s; here'",
    "SELECT E'a\\';b', e'\\\\'",
    "SELECT 'a\\'",
    'SELECT ";" FROM "a"";b"',
    'SELECT $$a;b$$, $x$ $$;$$ $x$',
    'SELECT a$b$ FROM t',
    'SELECT $1, 1 -- a;b\n, 2',
    'SELECT 1 /* a; /* b; */ c; */ + 1',
    'CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)',
    'CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END',
    'create or replace procedure p() begin atomic select 1; end',
    "SELECT 'größe; 日本;'",
  ]) {
    it(`leaves whole: ${JSON.stringify(whole)}`, () => {
      expect(split(`${whole};SELECT 2`)).to.deep.equal([whole, 'SELECT 2']);
    });
  }

  it('skips empty statements and comments before one, and counts lines', () => {
    const { statements, rest, isOpen } = splitStatements(';\n;-- first\n\n SELECT 1 ;\nBEGIN; /* end */\n');

    expect(statements).to.deep.equal([
      { sql: 'SELECT 1', line: 4 },
      { sql: 'BEGIN', line: 5 },
    ]);
    expect([rest, isOpen]).to.deep.equal([undefined, false]);
  });

  for (const open of ["'a\n ", "E'a\\'", '"a', '$x$ $$', '/* /* */', 'SELECT (1', 'x /* ', "U&'"]) {
    it(`says that it is open, and keeps all of: ${JSON.stringify(open)}`, () => {
      expect(splitStatements(`SELECT 1;${open}`)).to.deep.include({
        isOpen: true,
        rest: { sql: open, line: 1 },
      });
    });
  }

  it('takes a long text that is never closed in linear time', () => {
    const text = `SELECT '${"a''".repeat(200_000)}`;
    const startMs = performance.now();

    expect(splitStatements(text).isOpen).to.equal(true);

    expect(performance.now() - startMs).to.be.lessThan(5_000);
  });

  it('takes many statements in linear time', () => {
    const text = "INSERT INTO item VALUES (1, 'apple');\n".repeat(100_000);
    const startMs = performance.now();

    const { statements } = splitStatements(text);

    expect(statements.at(-1)?.line).to.equal(100_000);
    expect(performance.now() - startMs).to.be.lessThan(10_000);
  });
});
