import { expect } from 'chai';
import { ConfigError } from '@restmapper/core';
import { parseEndpoints } from '../src/index.ts';
import { parse, problemsOf } from './parse.ts';

const tenMistakes = `endpoints:
  POST /messages/:
    sumary: Save a message
    fanout: true
    body: { type: objekt }
  GET /messages/:
    rpc: { timeout: 10 }
    query: { properties: { limit: { minimun: 0 } } }
  gte /status: { rpc: true }
  GET /users/{id}: { rpc: true }
  GET /users/{name}: { rpc: true }
  PUT /users/{id}:
    rpc: true
    maxBody: \${MAX_BODY}
    params: { properties: { uid: { type: integer } } }
workers:
  save: { on: POST /message/, use: append, table: message }
  list: { on: GET /messages/, use: pgae, table: message }
feeds:
  messages: {}
`;

describe('parseEndpoints', () => {
  it('reports ten and more different mistakes at once, sorted by place', () => {
    expect(problemsOf(tenMistakes)).to.deep.equal([
      '3:5 unknown key `sumary`; did you mean `summary`?',
      '5:19 `type` must be one of array, boolean, integer, null, number, object, string, not "objekt"; did you mean `object`?',
      '7:21 `timeout` must be a duration such as `500ms`, `10s`, `2m` or `1h`',
      '8:37 unknown keyword `minimun`; did you mean `minimum`?',
      '9:3 unknown method `gte`; did you mean `GET`?',
      '11:3 `GET /users/{name}` can never be reached: its calls go to `GET /users/{id}` on line 10',
      '14:14 the environment variable MAX_BODY is not set; set it, or write `${MAX_BODY:-default}`',
      '15:29 the path has no parameter `{uid}`; did you mean `id`?',
      '17:15 there is no endpoint `POST /message/`; did you mean `POST /messages/`?',
      '18:36 unknown handler `pgae`; did you mean `page`?',
      '20:3 no source names the feed `messages`',
    ]);
  });

  it('renders its problems for a terminal', () => {
    const source = 'endpoints:\n  GET /a:\n    rcp: true\n\n  PSOT /b: { rpc: true }\n';

    const parsing = () => parseEndpoints(source, { file: 'conf/endpoints.yaml', directory: '/app' });

    expect(parsing)
      .to.throw(ConfigError)
      .with.property(
        'message',
        [
          'conf/endpoints.yaml:3:5 unknown key `rcp`; did you mean `rpc`?',
          '  1 | endpoints:',
          '  2 |   GET /a:',
          '  3 |     rcp: true',
          '    |     ^',
          '',
          'conf/endpoints.yaml:5:3 unknown method `PSOT`; did you mean `POST`?',
          '  3 |     rcp: true',
          '  4 |',
          '  5 |   PSOT /b: { rpc: true }',
          '    |   ^',
        ].join('\n'),
      );
  });

  it('fills in every default of an endpoint', () => {
    const { endpoints } = parse('endpoints:\n  POST /a: { fanout: true }\n  GET /b: { rpc: true }\n');

    const defaults = {
      paramNames: [],
      summary: '',
      description: '',
      status: 200,
      headers: undefined,
      consumes: [{ type: 'application/json', format: 'json' }],
      hasRaw: false,
      location: undefined,
      body: undefined,
      query: undefined,
      params: undefined,
      reply: undefined,
      produces: ['application/json'],
      replyHeaders: [],
      maxBodyBytes: 1_000_000,
      feed: undefined,
      idempotency: undefined,
    };
    expect(endpoints).to.deep.equal([
      {
        ...defaults,
        key: 'POST /a',
        method: 'POST',
        path: '/a',
        tags: ['a'],
        delivery: { kind: 'fanout', timeoutMs: 5000 },
        exchange: '/a:POST',
        access: { kind: 'public' },
        rateLimit: undefined,
      },
      {
        ...defaults,
        key: 'GET /b',
        method: 'GET',
        path: '/b',
        tags: ['b'],
        delivery: { kind: 'rpc', timeoutMs: 10_000 },
        exchange: '/b:GET',
        access: { kind: 'public' },
        rateLimit: undefined,
      },
    ]);
  });

  it('keeps the settings of an endpoint', () => {
    const { endpoints } = parse(`endpoints:
  PUT /rooms/{room}/topics/{id}:
    summary: Short
    description: Long
    rpc: { timeout: 1500ms }
    status: 201
    location: /rooms/{params.room}
    headers: { properties: { if-match: { type: string } } }
    consumes: [application/json, text/csv]
    raw: true
    body: { type: [object, string] }
    params: { properties: { id: { type: integer } } }
    reply: true
    produces: [application/json, text/csv]
    replyHeaders: [x-total]
    maxBody: 64KB
    feed: topics
`);

    expect(endpoints[0]).to.deep.equal({
      key: 'PUT /rooms/{room}/topics/{id}',
      method: 'PUT',
      path: '/rooms/{room}/topics/{id}',
      paramNames: ['room', 'id'],
      summary: 'Short',
      description: 'Long',
      tags: ['rooms'],
      delivery: { kind: 'rpc', timeoutMs: 1500 },
      status: 201,
      location: {
        parts: ['/rooms/', { text: 'params.room', part: 'params', names: ['room'] }],
      },
      headers: { type: 'object', properties: { 'if-match': { type: 'string' } } },
      consumes: [
        { type: 'application/json', format: 'json' },
        { type: 'text/csv', format: 'text' },
      ],
      hasRaw: true,
      body: { type: ['object', 'string'] },
      query: undefined,
      params: {
        type: 'object',
        properties: { room: { type: 'string' }, id: { type: 'integer' } },
        required: ['room', 'id'],
      },
      reply: true,
      produces: ['application/json', 'text/csv'],
      replyHeaders: ['x-total'],
      maxBodyBytes: 64_000,
      feed: 'topics',
      idempotency: undefined,
      exchange: '/rooms/{room}/topics/{id}:PUT',
      access: { kind: 'public' },
      rateLimit: undefined,
    });
  });

  it('fills in the defaults of each kind of worker', () => {
    const { workers } = parse(`endpoints:
  POST /a: { fanout: true }
  GET /b: { rpc: true }
  GET /c: { rpc: true }
workers:
  append: { on: POST /a, use: append, table: t }
  event: { on: POST /a, use: ./event.ts, queue: events }
  page: { on: GET /b, use: page, table: t }
  call: { on: GET /c, use: ../call.ts }
`);

    const single = {
      retries: 10,
      once: undefined,
      usesDatabase: true,
      whenAway: 'wait',
      batchSize: 1,
      batchWaitMs: 0,
    };
    expect(workers).to.deep.equal([
      {
        name: 'append',
        on: 'POST /a',
        delivery: 'fanout',
        use: { kind: 'append', table: 't', columns: [] },
        queue: '/a:POST',
        retries: 10,
        once: undefined,
        usesDatabase: true,
        whenAway: 'wait',
        concurrency: 1,
        batchSize: 500,
        batchWaitMs: 10,
      },
      {
        ...single,
        name: 'event',
        on: 'POST /a',
        delivery: 'fanout',
        use: { kind: 'module', path: '/app/event.ts' },
        queue: 'events',
        concurrency: 8,
      },
      {
        ...single,
        name: 'page',
        on: 'GET /b',
        delivery: 'rpc',
        use: { kind: 'page', table: 't', where: [] },
        queue: '/b:GET',
        concurrency: 16,
      },
      {
        ...single,
        name: 'call',
        on: 'GET /c',
        delivery: 'rpc',
        use: { kind: 'module', path: '/call.ts' },
        queue: '/c:GET',
        concurrency: 16,
      },
    ]);
  });

  it('keeps the settings of a worker', () => {
    const { workers } = parse(`endpoints:
  POST /a: { fanout: true }
workers:
  w: { on: POST /a, use: append, table: t, queue: q, retries: 0, concurrency: 2, batch: { size: 9, wait: 0s } }
`);

    expect(workers[0]).to.include({ queue: 'q', retries: 0, concurrency: 2, batchSize: 9, batchWaitMs: 0 });
  });

  it('knows the listed feeds and those that are only named', () => {
    const { feeds } = parse(`endpoints:
  POST /a: { fanout: true, feed: a }
  POST /b: { fanout: true, feed: b }
  POST /c: { fanout: true, feed: c }
feeds:
  b: { maxAge: 2m, maxBytes: 2GB, public: false, payload: none, whenSlow: latest }
  c:
`);

    const defaults = {
      maxAgeSeconds: 3600,
      maxBytes: 100_000_000,
      access: { kind: 'public' },
      where: {},
      payload: 'data',
      whenSlow: 'disconnect',
    };
    expect(feeds).to.deep.equal([
      {
        name: 'b',
        queue: 'feed:b',
        maxAgeSeconds: 120,
        maxBytes: 2_000_000_000,
        access: { kind: 'protected', schemes: [], scopes: [] },
        where: {},
        payload: 'none',
        whenSlow: 'latest',
      },
      { name: 'c', queue: 'feed:c', ...defaults },
      { name: 'a', queue: 'feed:a', ...defaults },
    ]);
  });

  it('keeps the fields that a feed passes on, in order', () => {
    const { feeds } = parse(`endpoints:
  POST /a: { fanout: true, feed: a }
feeds:
  a: { payload: [text, id, "data"] }
`);

    expect(feeds[0]?.payload).to.deep.equal(['text', 'id', 'data']);
    expect(feeds[0]?.payload).to.satisfy(Object.isFrozen);
  });

  it('treats workers and feeds that are commented out as none', () => {
    const { workers, feeds } = parse('endpoints:\n  GET /a: { rpc: true }\nworkers:\n#  w: {}\nfeeds:\n');

    expect({ workers, feeds }).to.deep.equal({ workers: [], feeds: [] });
  });

  it('reads a file with a byte order mark and the line ends of Windows', () => {
    expect(problemsOf('\uFEFFendpoints:\r\n  GET /a:\r\n    rpc: 5\r\n')).to.deep.equal([
      '3:10 `rpc` must be `true` or a mapping such as `{ timeout: 10s }`',
    ]);
    expect(problemsOf('\uFEFFendpoint: 5')).to.include(
      '1:1 unknown key `endpoint`; did you mean `endpoints`?',
    );
  });
});
