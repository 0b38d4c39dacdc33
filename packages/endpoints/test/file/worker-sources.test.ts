import { expect } from 'chai';
import { topologyOf } from '../../src/index.ts';
import { parse, problemsOf } from '../parse.ts';

const sources = `
endpoints:
  GET /orders/{id}: { rpc: true }
  POST /orders: { fanout: true, body: true, idempotency: true }
internal:
  rows.changed: { fanout: true, body: true }
`;

function withWorkers(workers: string): string {
  return `${sources}workers: ${workers}`;
}

describe('a worker of several sources', () => {
  it('is a worker of each, with the queue of each, under one name', () => {
    const { workers } = parse(
      withWorkers('{ w: { on: ["GET /orders/{id}", POST /orders, rows.changed], use: ./w.ts } }'),
    );

    expect(workers.map(({ name, on, queue, delivery }) => [name, on, queue, delivery])).to.deep.equal([
      ['w', 'GET /orders/{id}', '/orders/{id}:GET', 'rpc'],
      ['w', 'POST /orders', '/orders:POST', 'fanout'],
      ['w', 'rows.changed', 'internal:rows.changed', 'fanout'],
    ]);
  });

  it('has a queue of its own for each, where others have the default ones', () => {
    const model = parse(
      withWorkers(`
  all: { on: [POST /orders, rows.changed], use: ./w.ts, queue: audit }
  one: { on: POST /orders, use: ./w.ts, once: true }
  two: { on: [rows.changed], use: append, table: t }
`),
    );

    expect(model.workers.map(({ queue }) => queue)).to.deep.equal([
      'audit:/orders:POST',
      'audit:internal:rows.changed',
      '/orders:POST',
      'internal:rows.changed',
    ]);
    expect(topologyOf(model).bindings).to.deep.include({
      exchange: 'internal:rows.changed',
      queue: 'audit:internal:rows.changed',
      routingKey: '',
    });
  });

  it('remembers the messages of each apart', () => {
    const { workers } = parse(
      withWorkers('{ w: { on: [POST /orders, rows.changed], use: ./w.ts, once: true } }'),
    );
    const [one] = parse(withWorkers('{ w: { on: rows.changed, use: ./w.ts, once: true } }')).workers;

    expect(workers.map(({ once }) => once?.inbox)).to.deep.equal(['w POST /orders', 'w rows.changed']);
    expect(one?.once).to.not.have.property('inbox');
  });

  it('is reported with the place of each mistake', () => {
    const text = (worker: string): string => withWorkers(`{ w: { ${worker} } }`);

    expect(problemsOf(text('on: [POST /orders, rows.chnged, POST /order], use: ./w.ts'))).to.deep.equal([
      '7:36 there is no source `rows.chnged`; did you mean `rows.changed`?',
      '7:49 there is no endpoint `POST /order`; did you mean `POST /orders`?',
    ]);
    expect(problemsOf(text('on: [POST /orders, POST /orders], use: ./w.ts'))).to.deep.equal([
      '7:21 `on` must be the key of a source, such as `POST /messages/`, or a list of different ones',
    ]);
    expect(problemsOf(text('on: [], use: ./w.ts'))).to.have.length(1);
    expect(problemsOf(text('on: ["GET /orders/{id}", rows.changed], use: ./w.ts, queue: q'))).to.deep.equal([
      '7:70 `queue` only fits `fanout`; the requests of `GET /orders/{id}` have one queue',
    ]);
  });
});

describe('the options of a worker', () => {
  it('are passed to its module, with values of the environment, and frozen', () => {
    const [worker] = parse(
      withWorkers('{ w: { on: rows.changed, use: ./w.ts, with: { zone: "${ZONE}", limits: [1, 2] } } }'),
      {
        env: { ZONE: 'eu' },
      },
    ).workers;
    const [plain] = parse(withWorkers('{ w: { on: rows.changed, use: ./w.ts } }')).workers;

    expect(worker?.use).to.deep.equal({
      kind: 'module',
      path: '/app/w.ts',
      options: { zone: 'eu', limits: [1, 2] },
    });
    expect(worker?.use).to.have.property('options').that.satisfies(Object.isFrozen);
    expect(plain?.use).to.deep.equal({ kind: 'module', path: '/app/w.ts' });
  });

  it('are refused for a built-in handler, and if they are not a mapping', () => {
    expect(
      problemsOf(withWorkers('{ w: { on: rows.changed, use: append, table: t, with: { a: 1 } } }')),
    ).to.deep.equal(['7:58 `with` only fits a module']);
    expect(problemsOf(withWorkers('{ w: { on: rows.changed, use: ./w.ts, with: eu } }'))).to.deep.equal([
      '7:54 `with` must be a mapping',
    ]);
  });
});
