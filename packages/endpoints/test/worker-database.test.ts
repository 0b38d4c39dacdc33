import { expect } from 'chai';
import { parse, problemsOf } from './parse.ts';

function withWorker(worker: string, endpoint = 'POST /a: { rpc: true, body: true }'): string {
  return `endpoints:\n  ${endpoint}\nworkers:\n  w: { on: POST /a, ${worker} }\n`;
}

describe('a worker', () => {
  it('uses the database unless the file says otherwise', () => {
    const uses = ['use: ./a.ts', 'use: ./a.ts, database: true', 'use: ./a.ts, database: false'].map(
      (worker) => parse(withWorker(worker)).workers[0]?.usesDatabase,
    );

    expect(uses).to.deep.equal([true, true, false]);
  });

  it('uses the database with a built-in handler', () => {
    const source = withWorker('use: append, table: t, database: false', 'POST /a: { fanout: true }');

    expect(problemsOf(source)).to.deep.equal(['4:54 `append` needs the database']);
  });

  it('uses the database to run once', () => {
    expect(problemsOf(withWorker('use: ./a.ts, once: true, database: false'))).to.deep.equal([
      '4:56 `once` records each message in the database',
    ]);
  });

  it('uses the database to keep answers', () => {
    const endpoint = 'POST /a: { rpc: true, idempotency: true }';

    expect(problemsOf(withWorker('use: ./a.ts, database: false', endpoint))).to.deep.equal([
      '4:44 the `idempotency` of `POST /a` keeps its answers in the database',
    ]);
  });

  it('fails at once while the database is down only where callers wait', () => {
    const event = withWorker('use: ./a.ts, whenAway: fail', 'POST /a: { fanout: true }');
    const without = withWorker('use: ./a.ts, database: false, whenAway: wait');

    expect(parse(withWorker('use: ./a.ts, whenAway: fail')).workers[0]?.whenAway).to.equal('fail');
    expect(problemsOf(event)).to.deep.equal(['4:34 `whenAway` only fits `rpc`: events wait in their queue']);
    expect(problemsOf(without)).to.deep.equal(['4:51 `whenAway` does nothing with `database: false`']);
  });
});
