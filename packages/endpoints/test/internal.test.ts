import { expect } from 'chai';
import { asyncApiOf, openApiOf, sourcePointer, sourcesOf, topologyOf, typesOf } from '../src/index.ts';
import { parse, problemsOf } from './parse.ts';

const text = `internal:
  rows.changed: { fanout: { timeout: 1s }, body: { type: object }, feed: rows }
  prices.of: { rpc: { timeout: 2s }, args: { properties: { limit: { type: integer, default: 5 } } }, reply: true }
workers:
  audit: { on: rows.changed, use: append, table: audit }
  prices: { on: prices.of, use: ./prices.ts }
`;

describe('an internal source', () => {
  it('is a source without HTTP, in a file without endpoints', () => {
    const model = parse(text);

    const [changed, prices] = sourcesOf(model);

    expect(model.endpoints).to.deep.equal([]);
    expect(changed).to.deep.include({
      key: 'rows.changed',
      exchange: 'internal:rows.changed',
      delivery: { kind: 'fanout', timeoutMs: 1000 },
      body: { type: 'object' },
      feed: 'rows',
      paramNames: [],
    });
    expect(prices?.query).to.deep.include({ type: 'object', additionalProperties: false });
    expect(sourcePointer({ key: 'prices.of' }, model)).to.equal('/internal/prices.of');
  });

  it('comes after the endpoints', () => {
    const model = parse(`internal: { b: { rpc: true } }\nendpoints: { GET /a: { rpc: true } }\n`);

    expect(sourcesOf(model).map(({ key }) => key)).to.deep.equal(['GET /a', 'b']);
    expect(sourcePointer({ key: 'GET /a' }, model)).to.equal('/endpoints/GET ~1a');
  });

  it('has its exchange, the queues of its workers, and its feed', () => {
    const { exchanges, queues, bindings } = topologyOf(parse(text));

    expect(exchanges).to.deep.equal([
      { name: 'internal:rows.changed', type: 'fanout' },
      { name: 'internal:prices.of', type: 'direct' },
    ]);
    expect(queues.map(({ kind, name }) => `${kind} ${name}`)).to.deep.equal([
      'work internal:rows.changed',
      'rpc internal:prices.of',
      'feed feed:rows',
    ]);
    expect(bindings).to.deep.include({
      exchange: 'internal:rows.changed',
      queue: 'feed:rows',
      routingKey: '',
    });
  });

  it('is in AsyncAPI and in the types of sources, but not in OpenAPI', () => {
    const model = parse(text);

    const { channels, operations } = asyncApiOf(model, { version: '1' });
    const { paths } = openApiOf(model, { version: '1' });
    const types = typesOf(model);

    expect(Object.keys(channels as object)).to.deep.equal([
      'exchange.rowsChanged',
      'exchange.pricesOf',
      'queue.rowsChanged',
      'queue.pricesOf',
      'feed.rows',
      'replies',
    ]);
    expect(operations).to.include.keys('send.rowsChanged', 'receive.queue.pricesOf');
    expect(paths).to.deep.equal({});
    expect(types).to.contain('export interface Endpoints {}');
    expect(types).to.contain('export interface Sources extends Endpoints {\n  "rows.changed": {');
    expect(types).to.contain('args: PricesOfArgs;');
    expect(types).to.contain('rows: RowsChangedBody;');
  });
});

describe('a mistake in an internal source', () => {
  const mistakes: Readonly<Record<string, readonly [source: string, ...problems: string[]]>> = {
    'a name with capitals': [
      'internal: { Rows: { rpc: true } }',
      '1:13 `Rows` must be 1 to 64 lower-case letters, digits, `_`, `.` or `-`, beginning with a letter',
    ],
    'an endpoint': [
      'internal: { POST /a: { rpc: true } }',
      '1:13 `POST /a` is an endpoint; move it up, below `endpoints`',
    ],
    'no kind': [
      'internal: { rows: { body: true } }',
      "1:13 `rows` needs exactly one of `fanout` (publish and confirm) and `rpc` (wait for a worker's reply)",
    ],
    'a key of HTTP': ['internal: { rows: { rpc: true, status: 201 } }', '1:32 unknown key `status`'],
    'no sources at all': ['workers: {}', '1:1 the file needs one of `endpoints`, `internal` and `inputs`'],
    'an empty section': [
      'internal: {}',
      '1:11 `internal` must be a mapping with at least one source, such as `rows.changed: { fanout: true }`',
    ],
    'a reply to an event': [
      'internal: { rows: { fanout: true, reply: true } }',
      '1:35 `reply` only fits `rpc`: no worker answers a `fanout`',
    ],
    'arguments that are a list': [
      'internal: { rows: { rpc: true, args: { type: array } } }',
      '1:46 `args` is always an object; leave `type` out',
    ],
    'broken schemas': [
      'internal: { rows: { rpc: true, body: { type: objekt }, args: { properties: 7 }, reply: { typ: x } } }',
      '1:46 `type` must be one of array, boolean, integer, null, number, object, string, not "objekt"; did you mean `object`?',
      '1:76 `properties` must be a mapping',
      '1:90 unknown keyword `typ`; did you mean `type`?',
    ],
    'a worker on an unknown one': [
      'internal: { rows.changed: { fanout: true } }\nworkers: { w: { on: rows.chnged, use: ./w.ts } }',
      '2:21 there is no source `rows.chnged`; did you mean `rows.changed`?',
    ],
    'a worker with the queue of one': [
      `internal: { rows: { fanout: true } }
endpoints: { POST /a: { fanout: true } }
workers: { w: { on: POST /a, use: ./w.ts, queue: internal:rows } }`,
      '3:12 the queue `internal:rows` belongs to the internal source `rows`',
      '3:50 `queue` must not begin with `internal:`, which is reserved for internal sources',
    ],
    'a handler of another kind': [
      'internal: { rows: { fanout: true } }\nworkers: { w: { on: rows, use: page, table: t } }',
      '2:32 `page` only works with `rpc`, and `rows` is `fanout`',
    ],
    'a feed that no source names': [
      'internal: { rows: { fanout: true, feed: rows } }\nfeeds: { row: {} }',
      '2:10 no source names the feed `row`; did you mean `rows`?',
    ],
  };
  for (const [title, [source, ...problems]] of Object.entries(mistakes)) {
    it(`is reported: ${title}`, () => {
      expect(problemsOf(source)).to.deep.equal(problems);
    });
  }
});
