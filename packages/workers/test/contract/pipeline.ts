import { expect } from 'chai';
import { databaseErrorOf } from './fixtures.ts';
import type { GetDatabase } from './index.ts';

export function describePipeline(getDatabase: GetDatabase): void {
  describe('a pipeline', () => {
    it('runs statements in the order of the calls, and answers each', async () => {
      const pipeline = getDatabase().openPipeline();
      await pipeline.query('CREATE TABLE pipeline_order (id bigserial, n int)');
      const numbers = Array.from({ length: 50 }, (_, n) => n);

      const answers = await Promise.all(
        numbers.map((n) =>
          pipeline.query(
            'INSERT INTO pipeline_order (n) SELECT $1::int FROM pg_sleep($2) RETURNING id::int, n',
            [n, n % 2 === 0 ? 0.002 : 0],
          ),
        ),
      );

      expect(answers.flat()).to.deep.equal(numbers.map((n) => ({ id: n + 1, n })));
    });

    it('lets a statement fail alone', async () => {
      const pipeline = getDatabase().openPipeline();

      const [before, failure, after] = await Promise.all([
        pipeline.query('SELECT 1 AS a'),
        databaseErrorOf(pipeline.query('SELECT $1::jsonb', ['{'])),
        pipeline.query('SELECT 2 AS a'),
      ]);

      expect(before).to.deep.equal([{ a: 1 }]);
      expect(failure).to.include({ kind: 'data', code: '22P02' });
      expect(after).to.deep.equal([{ a: 2 }]);
    });
  });
}
