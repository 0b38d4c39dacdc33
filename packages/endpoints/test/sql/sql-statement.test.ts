import { expect } from 'chai';
import { isSqlMistake, type SqlMistake } from '../../src/sql/sql-mistake.ts';
import { parseSqlStatement, type SqlStatement } from '../../src/sql/sql-statement.ts';

function parse(text: string): SqlStatement {
  const statement = parseSqlStatement(text);
  if (isSqlMistake(statement)) throw new Error(statement.message);
  return statement;
}

function mistakeIn(text: string): SqlMistake {
  const statement = parseSqlStatement(text);
  if (!isSqlMistake(statement)) throw new Error(`valid: ${statement.sql}`);
  return statement;
}

function bind(text: string): readonly string[] {
  const { sql, parameters } = parse(text);
  return [sql, ...parameters.map(({ path }) => path.text)];
}

describe('the parameters of a statement', () => {
  it('become $1, $2 …, each once', () => {
    expect(bind('SELECT :params.id, :data.a.b, :params.id;')).to.deep.equal([
      'SELECT $1, $2, $1',
      'params.id',
      'data.a.b',
    ]);
  });

  for (const [text, ...expected] of [
    ['SELECT :data', 'SELECT $1', 'data'],
    ['SELECT :data::jsonb', 'SELECT $1::jsonb', 'data'],
    ['SELECT :identity.claims.tenant', 'SELECT $1', 'identity.claims.tenant'],
    ['SELECT :headers.if-match-1 - 1', 'SELECT $1-1 - 1', 'headers.if-match'],
    ['SELECT :headers."x-1"', 'SELECT $1', 'headers.x-1'],
    ['SELECT :args."two ""words"""', 'SELECT $1', 'args.two "words"'],
    ['SELECT a[:args.from : :args.to]', 'SELECT a[$1 : $2]', 'args.from', 'args.to'],
    ['SELECT :args.n-1', 'SELECT $1-1', 'args.n'],
    ['SELECT (:data.a) FROM t', 'SELECT ($1) FROM t', 'data.a'],
  ] as const) {
    it(`are found in ${text}`, () => {
      expect(bind(text)).to.deep.equal(expected);
    });
  }

  for (const text of [
    "SELECT ':params.id'",
    "SELECT 'it''s :params.id'",
    "SELECT E'\\':params.id'",
    "SELECT E'a'\n'\\':params.id'",
    "SELECT U&':params.id'",
    'SELECT $$ :params.id $$',
    'SELECT $a$ $$ :params.id $a$',
    'SELECT ":params.id" FROM t',
    'SELECT 1 -- :params.id\n + 1',
    'SELECT 1 /* /* :params.id */ :params.id */ + 1',
    "SELECT '1'::text",
    'SELECT f(a := 1)',
    'SELECT a[1:2]',
    'SELECT a[lo:hi]',
    "SELECT json_object('a':b)",
    "SELECT data->'a'->>'b', x ?| y, a$1b FROM t",
  ]) {
    it(`are not text, comments or operators: ${text}`, () => {
      expect(bind(text)).to.deep.equal([text]);
    });
  }

  it('keep the places of the text', () => {
    const text = 'SELECT :data.first, missing, :data.second';

    const { sql, placeOf, parameters } = parse(text);

    expect(placeOf(sql.indexOf('missing'))).to.equal(text.indexOf('missing'));
    expect(placeOf(sql.indexOf('$2'))).to.equal(text.indexOf(':data.second'));
    expect(parameters.map(({ place }) => place)).to.deep.equal([7, 29]);
  });
});

describe('the text of a statement', () => {
  for (const [text, place, words] of [
    ['SELECT $1', 7, '`$1` is not a value of the call'],
    ['SELECT 1; SELECT 2', 10, 'a second statement'],
    ['SELECT :user.id', 7, '`user.id`'],
    ['SELECT :params', 7, '`params` must be `params.NAME`'],
    ['SELECT :data."a.b"', 7, 'a name with a point'],
    ["SELECT 'a", 7, 'the quote is not closed'],
    ['SELECT 1 /* a', 8, 'the comment is not closed'],
    ['', 0, 'there is no statement'],
    ['-- only this', 0, 'there is no statement'],
    [' DROP TABLE t', 1, 'a statement begins with SELECT'],
    ['SELECT 1\0', 8, 'NUL'],
    [`SELECT '${'a'.repeat(1_000_000)}'`, 0, 'more than 100000 characters'],
  ] as const) {
    it(`is refused: ${JSON.stringify(text.slice(0, 40))}`, () => {
      const mistake = mistakeIn(text);

      expect(mistake.place).to.equal(place);
      expect(mistake.message).to.include(words);
    });
  }

  it('may end with a semicolon and a comment', () => {
    expect(parse('SELECT 1 ; -- done\n ;').sql).to.equal('SELECT 1');
  });

  for (const [text, verb, returnsRows, main] of [
    ['SELECT 1', 'SELECT', true, 'SELECT 1'],
    ['(SELECT 1)', 'SELECT', true, '(SELECT 1)'],
    ['VALUES (1)', 'VALUES', true, 'VALUES (1)'],
    ['insert into t values (1)', 'INSERT', false, 'insert into t values (1)'],
    ['DELETE FROM t RETURNING id', 'DELETE', true, 'DELETE FROM t RETURNING id'],
    ['WITH a AS (SELECT 1) SELECT 2', 'SELECT', true, 'SELECT 2'],
    ['WITH a AS (SELECT 1) (SELECT 2)', 'SELECT', true, '(SELECT 2)'],
    [
      'WITH update(x) AS (SELECT 1), delete AS (TABLE t) UPDATE t SET a = 1',
      'UPDATE',
      false,
      'UPDATE t SET a = 1',
    ],
    [
      'WITH RECURSIVE a AS NOT MATERIALIZED (SELECT 1) INSERT INTO t TABLE a',
      'INSERT',
      false,
      'INSERT INTO t TABLE a',
    ],
    ['INSERT INTO t SELECT (WITH a AS (DELETE FROM t RETURNING 1) TABLE a)', 'INSERT', false, undefined],
  ] as const) {
    it(`has a verb: ${text}`, () => {
      const { sql, mainStart, ...outline } = parse(text);

      expect([outline.verb, outline.returnsRows]).to.deep.equal([verb, returnsRows]);
      expect(sql.slice(mainStart)).to.equal(main ?? text);
    });
  }
});
