import { expect } from 'chai';
import { problemsOf } from './parse.ts';

const endpoints = `endpoints:
  POST /a: { fanout: true }
  POST /b: { fanout: true, feed: messages }
  GET /c: { rpc: true }
workers:
`;

const payload = '`payload` must be `data`, `none`, or a list of different fields such as `[id, text]`';

const mistakes: Readonly<Record<string, readonly [workers: string, ...problems: string[]]>> = {
  'a worker without its keys': ['w: {}', '6:3 `w` lacks the key `on`', '6:3 `w` lacks the key `use`'],
  'a bad name': [
    'my worker: { on: POST /a, use: ./w.ts }',
    '6:3 `my worker` must be 1 to 64 letters, digits, `_`, `.` or `-`',
  ],
  'an unknown endpoint': [
    'w: { on: GET /cc, use: page, table: t }',
    '6:12 there is no endpoint `GET /cc`; did you mean `GET /c`?',
  ],
  'an unknown handler': [
    'w: { on: POST /a, use: apend }',
    '6:26 unknown handler `apend`; did you mean `append`?',
  ],
  'an unknown handler without a suggestion': [
    'w: { on: POST /a, use: store }',
    '6:26 unknown handler `store`; it is `append`, `page`, `sql`, or the path of a module, such as `./workers/thumbnail.ts`',
  ],
  'a module without a dot': [
    'w: { on: POST /a, use: workers/w.ts }',
    '6:26 unknown handler `workers/w.ts`; did you mean `./workers/w.ts`?',
  ],
  'append on rpc': [
    'w: { on: GET /c, use: append, table: t }',
    '6:25 `append` only works with `fanout`, and `GET /c` is `rpc`',
  ],
  'page on fanout': [
    'w: { on: POST /a, use: page, table: t }',
    '6:26 `page` only works with `rpc`, and `POST /a` is `fanout`',
  ],
  'a missing table': [
    'w: { on: POST /a, use: append }',
    '6:3 `w` lacks the key `table`, which `append` needs',
  ],
  'append that asks for its own behaviour': [
    'w: { on: POST /a, use: append, table: t, once: true }',
    '6:44 `once` only fits `sql` and modules',
  ],
  'a table of a module': [
    'w: { on: POST /a, use: ./w.ts, table: t }',
    '6:34 `table` only fits `append` and `page`',
  ],
  'a statement of page': [
    'w: { on: GET /c, use: page, table: t, statement: SELECT 1, conflict: 409 }',
    '6:41 `statement` only fits `sql`',
    '6:62 `conflict` only fits `sql`',
  ],
  'sql without its keys': [
    'w: { on: GET /c, use: sql }',
    '6:3 `w` lacks the key `statement`, which `sql` needs',
    '6:3 `w` lacks the key `expect`, which `sql` needs',
  ],
  'sql on fanout': [
    'w: { on: POST /a, use: sql, expect: one, statement: SELECT 1 }',
    '6:26 `sql` only works with `rpc`, and `POST /a` is `fanout`',
  ],
  'an invented expectation': [
    'w: { on: GET /c, use: sql, expect: some, statement: SELECT 1, conflict: 400 }',
    '6:38 `expect` must be one of one, many, affected, not "some"; did you mean `one`?',
    '6:75 `conflict` must be 409',
  ],
  'headers of many rows': [
    'w: { on: GET /c, use: sql, expect: many, statement: SELECT 1, headers: { etag: version } }',
    '6:65 `headers` needs `expect: one`: they are columns of the one row',
  ],
  'headers that no answer may have': [
    'w: { on: GET /c, use: sql, expect: one, statement: SELECT 1, headers: { x-total: n, set-cookie: c, ETag: a, etag: b } }',
    '6:75 the header x-total is not under `replyHeaders` of GET /c',
    '6:87 the header set-cookie carries credentials, which no reply may do',
    '6:111 the header etag is there twice',
  ],
  'an existence that is written, of many, and of values that no call has': [
    'w: { on: GET /c, use: sql, expect: many, statement: SELECT 1, exists: "DELETE FROM t WHERE id = :args.id" }',
    '6:65 `exists` does nothing with `expect: many`, which is never 404',
    '6:74 `exists` is a query, and this is a DELETE',
    '6:99 `args.id`: `GET /c` has no `query`, at `:args.id`',
  ],
  'a statement that is a file without a dot': [
    'w: { on: GET /c, use: sql, expect: one, statement: get.sql }',
    '6:54 `get.sql` is not a statement; did you mean `./get.sql`?',
  ],
  'values that no call has': [
    'w: { on: GET /c, use: sql, expect: one, statement: "SELECT :args.a, :data.b, :identity.subject, :user.id" }',
    '6:99 `user.id` does not name a value of a call; a value of the call is `params.NAME`, `args.NAME`, `data`, `data.NAME`, `headers.NAME` or `identity.subject`, at `:user.id`',
  ],
  'a value that the endpoint does not have': [
    'w: { on: GET /c, use: sql, expect: one, statement: "SELECT 1, :args.a" }',
    '6:65 `args.a`: `GET /c` has no `query`, at `:args.a`',
  ],
  'a position in a statement': [
    'w: { on: GET /c, use: sql, expect: one, statement: SELECT $1 }',
    '6:61 `$1` is not a value of the call; write its name, such as `:params.id`, at `$1`',
  ],
  'two statements': [
    'w: { on: GET /c, use: sql, expect: one, statement: SELECT 1; SELECT 2 }',
    '6:64 a second statement begins here; write one, at `SELECT 2`',
  ],
  'rows of a statement that returns none': [
    'w: { on: GET /c, use: sql, expect: many, statement: DELETE FROM t }',
    '6:55 `expect: many` needs rows, and this DELETE returns none; add RETURNING, or write `expect: affected`',
  ],
  'a query that affects rows': [
    'w: { on: GET /c, use: sql, expect: affected, statement: SELECT 1 }',
    '6:59 `expect: affected` needs an INSERT, UPDATE or DELETE, and this is a SELECT',
  ],
  'a table that SQL would have to quote': [
    'w: { on: POST /a, use: append, table: My-table }',
    '6:41 `table` must be a plain SQL name: at most 48 of `a` to `z`, `0` to `9` and `_`, not beginning with a digit',
  ],
  'a table with a long name': [
    `w: { on: POST /a, use: append, table: ${'t'.repeat(49)} }`,
    '6:41 `table` must be a plain SQL name: at most 48 of `a` to `z`, `0` to `9` and `_`, not beginning with a digit',
  ],
  'a batch of a module': [
    'w: { on: POST /a, use: ./w.ts, batch: { size: 2 } }',
    '6:34 `batch` only fits `append`',
  ],
  'a batch out of bounds': [
    'w: { on: POST /a, use: append, table: t, batch: { size: 0, wait: 11s } }',
    '6:59 `size` must be 1 to 5000, not 0',
    '6:68 `wait` must be 0ms to 10s, not 11s',
  ],
  'more unsettled messages than AMQP counts': [
    'w: { on: POST /a, use: append, table: t, concurrency: 41 }',
    '6:3 `concurrency` times `batch.size` must be at most 20000, not 20500',
  ],
  'one and a half batches': [
    'w: { on: POST /a, use: ./w.ts, concurrency: 1.5 }',
    '6:47 `concurrency` must be a whole number',
  ],
  'negative retries': [
    'w: { on: POST /a, use: ./w.ts, retries: -1 }',
    '6:43 `retries` must be 0 to 1000, not -1',
  ],
  'a queue on rpc': [
    'w: { on: GET /c, use: ./w.ts, queue: q }',
    '6:33 `queue` only fits `fanout`; the requests of `GET /c` have one queue',
  ],
  'an empty queue': ['w: { on: POST /a, use: ./w.ts, queue: "" }', '6:41 `queue` must not be empty'],
  'a queue of RabbitMQ': [
    'w: { on: POST /a, use: ./w.ts, queue: amq.gen }',
    '6:41 `queue` must not begin with `amq.`, which is reserved for RabbitMQ',
  ],
  'a queue of dead letters': [
    'w: { on: POST /a, use: ./w.ts, queue: q.dead }',
    '6:41 `queue` must not end with `.dead`, which is reserved for dead letters',
  ],
  'a queue named as a feed': [
    'w: { on: POST /a, use: ./w.ts, queue: "feed:messages" }',
    '6:41 `queue` must not begin with `feed:`, which is reserved for feeds',
  ],
  'a queue of waiting messages': [
    'w: { on: POST /a, use: ./w.ts, queue: "retry:1s" }',
    '6:41 `queue` must not begin with `retry:`, which is reserved for delayed messages',
  ],
  'control characters in a queue': [
    'w: { on: POST /a, use: ./w.ts, queue: "a\\nb" }',
    '6:41 `queue` must not contain control characters',
  ],
  'a queue too long for AMQP': [
    `w: { on: POST /a, use: ./w.ts, queue: ${'ü'.repeat(126)} }`,
    '6:41 `queue` must have at most 250 bytes, not 252',
  ],
  'a queue of another endpoint': [
    'w: { on: POST /a, use: ./w.ts, queue: "/c:GET" }',
    '6:3 the queue `/c:GET` belongs to the endpoint `GET /c`',
  ],
  'two workers on one queue of an endpoint': [
    'v: { on: POST /a, use: ./v.ts }\n  w: { on: POST /a, use: ./w.ts }',
    '7:3 `w` would take messages away from the worker `v`; give it a `queue` of its own',
  ],
  'two workers on one queue of two endpoints': [
    'v: { on: POST /a, use: ./v.ts, queue: q }\n  w: { on: POST /b, use: ./w.ts, queue: q }',
    '7:3 the queue `q` already belongs to the worker `v` on `POST /a`',
  ],
  'two workers on one rpc endpoint': [
    'v: { on: GET /c, use: ./v.ts }\n  w: { on: GET /c, use: ./w.ts }',
    '7:3 `GET /c` already has the worker `v`, and only one can answer a call; to do more at once, raise its `concurrency` or run it in more processes',
  ],
  'no second worker with a queue of its own': [
    'v: { on: POST /a, use: ./v.ts }\n  w: { on: POST /a, use: ./w.ts, queue: w }',
  ],
  'a feed without an endpoint': [
    'feeds:\nfeeds: { message: {} }',
    '6:9 `feeds` must be a mapping; it is empty: write its keys below, indented further',
    '7:10 no source names the feed `message`; did you mean `messages`?',
  ],
  'an age in parts of a second': [
    'w: { on: POST /a, use: ./w.ts }\nfeeds: { messages: { maxAge: 1500ms } }',
    '7:30 `maxAge` must be whole seconds, not 1500ms',
  ],
  'a feed too small': [
    'w: { on: POST /a, use: ./w.ts }\nfeeds: { messages: { maxBytes: 1KB, publik: true } }',
    '7:32 `maxBytes` must be 1MB to 1000GB, not 1KB',
    '7:37 unknown key `publik`; did you mean `public`?',
  ],
  'an invented payload': [
    'w: { on: POST /a, use: ./w.ts }\nfeeds: { messages: { payload: body } }',
    `7:31 ${payload}`,
  ],
  'a payload without fields': [
    'w: { on: POST /a, use: ./w.ts }\nfeeds: { messages: { payload: [] } }',
    `7:31 ${payload}`,
  ],
  'a payload with a field twice': [
    'w: { on: POST /a, use: ./w.ts }\nfeeds: { messages: { payload: [id, id] } }',
    `7:31 ${payload}`,
  ],
  'a payload with a field that is not text': [
    'w: { on: POST /a, use: ./w.ts }\nfeeds: { messages: { payload: [id, 7] } }',
    '7:36 `payload[1]` must be the name of a field: text of 1 to 200 characters',
  ],
  'a misspelt value of whenSlow': [
    'w: { on: POST /a, use: ./w.ts }\nfeeds: { messages: { whenSlow: latst } }',
    '7:32 `whenSlow` must be one of disconnect, skip, latest, not "latst"; did you mean `latest`?',
  ],
};

describe('a mistake in a worker or a feed', () => {
  for (const [title, [workers, ...problems]] of Object.entries(mistakes)) {
    it(`reports ${title}`, () => {
      expect(problemsOf(`${endpoints}  ${workers}`)).to.deep.equal(problems);
    });
  }

  it('does not blame a worker for a mistake in its endpoint', () => {
    const source = 'endpoints:\n  GET /a: 5\nworkers:\n  w: { on: GET /a, use: ./w.ts }';

    expect(problemsOf(source)).to.deep.equal(['2:11 `GET /a` must be a mapping']);
  });
});
