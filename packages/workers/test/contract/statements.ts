import { expect } from 'chai';
import { maxJsonDepth } from '../../src/database/max-json-depth.ts';
import { databaseErrorOf } from './fixtures.ts';
import type { GetDatabase } from './index.ts';

export function describeStatements(getDatabase: GetDatabase): void {
  describe('a statement', () => {
    it('returns rows as objects', async () => {
      const rows = await getDatabase().query('SELECT n, n * 2 AS twice FROM generate_series(1, 2) AS n');

      expect(rows).to.deep.equal([
        { n: 1, twice: 2 },
        { n: 2, twice: 4 },
      ]);
    });

    it('accepts parameters of every kind', async () => {
      const [row] = await getDatabase().query(
        'SELECT $1::text AS a, $2::int AS b, $3::int8 AS c, $4::bool AS d, $5::text AS e, $6::timestamptz AS f, $7::text[] AS g',
        ['ä"\'', 7, 9007199254740993n, true, null, new Date(1_700_000_000_123), ['x,"\\', null]],
      );

      expect(row).to.deep.equal({
        a: 'ä"\'',
        b: 7,
        c: '9007199254740993',
        d: true,
        e: null,
        f: new Date(1_700_000_000_123),
        g: ['x,"\\', null],
      });
    });

    it('keeps numbers that a double cannot hold, as text', async () => {
      const [row] = await getDatabase().query(
        `SELECT 9223372036854775807::int8 AS big, 12345678901234567890.10::numeric AS exact`,
      );

      expect(row).to.deep.equal({ big: '9223372036854775807', exact: '12345678901234567890.10' });
    });

    it('keeps the numbers of JSON exact when it is cast to text', async () => {
      const json = '[12345678901234567890, 1.0, 1.10, 0.1000000000000000055511151231257827]';

      const [row] = await getDatabase().query('SELECT $1::jsonb::text AS json', [json]);

      expect(row).to.deep.equal({ json });
    });

    it('returns the rows of the last of several statements without parameters', async () => {
      const rows = await getDatabase().query('SELECT 1 AS a; SELECT 2 AS b');

      expect(rows).to.deep.equal([{ b: 2 }]);
    });

    const refused = [
      ['text that is not JSON', '{"a":', '22P02'],
      ['the escape of a NUL character', '"\\u0000"', '22P05'],
      ['a NUL character', '"\u0000"', '22021'],
      ['a lone surrogate', '"\\ud800"', '22P02'],
      ['a number beyond the range', '1e400000', '22003'],
    ] as const;
    for (const [what, json, code] of refused) {
      it(`fails with a data error for ${what}`, async () => {
        const error = await databaseErrorOf(getDatabase().query('SELECT $1::jsonb', [json]));

        expect(error).to.include({ kind: 'data', code });
      });
    }

    it("accepts JSON of our maximum depth, and fails for data beyond the database's limit", async () => {
      const nested = (levels: number) => '[{"a":'.repeat(levels / 2) + '1' + '}]'.repeat(levels / 2);
      const sql = 'SELECT length($1::jsonb::text) > 0 AS ok';

      const rows = await getDatabase().query(sql, [nested(maxJsonDepth)]);
      const error = await databaseErrorOf(getDatabase().query(sql, [nested(100_000)]));

      expect(rows).to.deep.equal([{ ok: true }]);
      expect(error).to.include({ kind: 'data', code: '54001' });
    });

    it('that is invalid fails as a defect, and the next one works', async () => {
      const error = await databaseErrorOf(getDatabase().query('SELECT nothing'));

      expect(error).to.include({ kind: 'defect', code: '42703' });
      expect(await getDatabase().query('SELECT 1 AS a')).to.deep.equal([{ a: 1 }]);
    });

    it('runs beside others, each with the right answer', async () => {
      const numbers = Array.from({ length: 50 }, (_, index) => index);

      const answers = await Promise.all(
        numbers.map((n) =>
          n % 5 === 0
            ? databaseErrorOf(getDatabase().query('SELECT 1 / ($1::int * 0)', [n])).then(({ code }) => code)
            : getDatabase().query('SELECT $1::int AS n', [n]),
        ),
      );

      expect(answers).to.deep.equal(numbers.map((n) => (n % 5 === 0 ? '22012' : [{ n }])));
    });
  });
}
