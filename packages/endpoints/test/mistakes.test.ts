import { expect } from 'chai';
import { parse, problemsOf } from './parse.ts';

type Mistakes = Readonly<Record<string, readonly [source: string, ...problems: string[]]>>;

function reportsEach(mistakes: Mistakes, embed: (source: string) => string = (source) => source): void {
  for (const [title, [source, ...problems]] of Object.entries(mistakes)) {
    it(`reports ${title}`, () => {
      expect(problemsOf(embed(source))).to.deep.equal(problems);
    });
  }
}

describe('a mistake in the file', () => {
  reportsEach({
    'an empty file': ['', '1:1 the file is empty; it begins with `endpoints:`'],
    'a file of comments': ['# later\n', '1:1 the file is empty; it begins with `endpoints:`'],
    'a list at the top': ['- GET /a', '1:1 the file must be a mapping; write `name:` instead of `-`'],
    'text at the top': ['hello', '1:1 the file must be a mapping'],
    'a file without endpoints': [
      'workers: {}',
      '1:1 the file needs one of `endpoints`, `internal` and `inputs`',
    ],
    'endpoints that are empty': [
      'endpoints: {}',
      '1:12 `endpoints` must be a mapping with at least one endpoint, such as `GET /messages/:`',
    ],
    'a misspelt key at the top': [
      'endpoints:\n  GET /a: { rpc: true }\nworker: {}',
      '3:1 unknown key `worker`; did you mean `workers`?',
    ],
    'workers that are a list': [
      'endpoints:\n  GET /a: { rpc: true }\nworkers: [a]',
      '3:10 `workers` must be a mapping or empty; write `name:` instead of `-`',
    ],
  });
});

describe('a mistake of YAML', () => {
  reportsEach({
    'several of them': [
      'a: "\\q"\nb: @c\nd: "x',
      '1:5 `\\q` is not an escape within double quotes; write the text in single quotes, or `\\\\q`',
      '2:4 plain value cannot start with reserved character @',
      '3:4 the closing quote is missing',
    ],
    'an unclosed bracket': ['endpoints: [', '1:13 the closing `]` is missing, or not indented'],
    'a tab as indentation': ['\tendpoints: {}', '1:1 tabs are not allowed as indentation; use spaces'],
    'a colon in plain text': ['a:\n  summary: Note: this', '2:12 a text with `: ` in it must be quoted'],
    'a second document': ['a: 1\n---\nb: 1', '2:1 a second document begins here; the file holds only one'],
    'an unknown tag': ['endpoints: !secret {}', '1:12 the tag `!secret` is unknown; remove it'],
    'an unquoted variable in braces': [
      'a: { b: ${B} }',
      '1:10 a `${…}` inside `{ }` or `[ ]` must be quoted, or be on a separate line',
    ],
    'a path with a parameter, unquoted in braces': [
      'endpoints:\n  GET /a/{id}: { rpc: true }\nworkers:\n  w: { on: GET /a/{id}, use: ./w.ts }',
      '4:19 a path with a parameter must be quoted inside `{ }` or `[ ]`, such as `"GET /orders/{id}"`',
    ],
    'a path with a parameter as a key in braces': [
      'endpoints: { GET /a/{id}: { rpc: true } }',
      '1:21 a path with a parameter must be quoted inside `{ }` or `[ ]`, such as `"GET /orders/{id}"`',
    ],
    'a pattern in double quotes': [
      'endpoints:\n  POST /a: { rpc: true, body: { pattern: "^\\d+$" } }',
      '2:44 `\\d` is not an escape within double quotes; write the text in single quotes, or `\\\\d`',
    ],
    'a star that is not an alias': ['a: *', '1:4 a text that begins with `*` must be quoted'],
    'a star as a key': ['*: 1', '1:2 a text that begins with `*` must be quoted'],
    'a key of merging': [
      'endpoints:\n  GET /a: &a { rpc: true }\n  GET /b: { <<: *a, rpc: true }',
      '3:13 `<<` merges nothing in YAML 1.2; repeat the keys, or use an alias for the whole value',
    ],
    'an alias without an anchor': [
      'endpoints: *common',
      '1:12 no anchor `&common` stands before the alias `*common`',
    ],
    'an alias within itself': [
      'endpoints: &all\n  GET /a: *all',
      '2:11 the alias `*all` stands for something that contains it',
    ],
    'a repeated key': [
      'endpoints:\n  GET /a: { rpc: true }\n  GET /a: { rpc: true }',
      '3:3 duplicate key `GET /a`; it is already on line 2',
    ],
    'a key that is a list': [
      'endpoints:\n  GET /a: { rpc: true }\n? [b]\n: 1',
      '3:3 a key must be plain text',
    ],
    'a number that JSON lacks': [
      'endpoints:\n  GET /a: { rpc: true, reply: { maximum: .inf } }',
      '2:42 `.inf` is not a number in JSON',
    ],
    'a number that no double reaches': [
      'endpoints:\n  GET /a: { rpc: true, reply: { maximum: 1e400 } }',
      '2:42 `1e400` is larger than any double',
    ],
  });
});

describe('a key that is not indented far enough', () => {
  reportsEach({
    'keys beside their endpoint': [
      'endpoints:\n  GET /a:\n  rpc: true\n  summary: x\n  GET /b: { rpc: true }',
      '3:3 `rpc` belongs to `GET /a`; indent it further',
      '4:3 `summary` belongs to `GET /a`; indent it further',
    ],
    'one of several keys': [
      'endpoints:\n  GET /a:\n    rpc: true\n  summary: x',
      '4:3 `summary` belongs to `GET /a`; indent it further',
    ],
    'endpoints beside their section': [
      'endpoints:\nGET /a: { rpc: true }\nPOST /a: { fanout: true }',
      '2:1 `GET /a` belongs to `endpoints`; indent it further',
      '3:1 `POST /a` belongs to `endpoints`; indent it further',
    ],
    'a worker beside its section': [
      'endpoints:\n  GET /a: { rpc: true }\nworkers:\nw: { on: GET /a, use: ./w.ts }',
      '4:1 `w` belongs to `workers`; indent it further',
    ],
    'keys beside their worker': [
      'endpoints:\n  GET /a: { rpc: true }\nworkers:\n  w:\n  on: GET /a\n  use: ./w.ts',
      '5:3 `on` belongs to `w`; indent it further',
      '6:3 `use` belongs to `w`; indent it further',
    ],
    'keys beside their feed': [
      'endpoints:\n  POST /a: { fanout: true, feed: f }\nfeeds:\n  f:\n  maxAge: 1h',
      '5:3 `maxAge` belongs to `f`; indent it further',
    ],
    'no worker that is called like a key': [
      'endpoints:\n  POST /a: { fanout: true }\nworkers:\n  on: { on: POST /a, use: ./w.ts }\n  queue: { on: POST /a, use: ./w.ts, queue: q }',
    ],
  });
});

describe('a mistake in the key of an endpoint', () => {
  const characters = "letters, digits and `-._~!$&'()*+,;=`";
  reportsEach(
    {
      'a missing method': ['/a', '2:3 `/a` must be `METHOD /path`, such as `GET /messages/`'],
      'a missing path': ['GET', '2:3 `GET` must be `METHOD /path`, such as `GET /messages/`'],
      'a path without a slash': ['GET a', '2:3 `GET a` must be `METHOD /path`; did you mean `GET /a`?'],
      'two blanks': ['GET  /a', '2:3 `GET  /a` must be `METHOD /path`, such as `GET /messages/`'],
      'a method in lower case': ['get /a', '2:3 unknown method `get`; did you mean `GET`?'],
      'a misspelt method': ['PSOT /a', '2:3 unknown method `PSOT`; did you mean `POST`?'],
      'an unsupported method': [
        'OPTIONS /a',
        '2:3 unknown method `OPTIONS`; the methods are GET, HEAD, POST, PUT, PATCH, DELETE',
      ],
      'an empty segment': ['GET /a//b', '2:3 the path has two slashes in a row'],
      'a segment of dots': ['GET /a/../b', '2:3 clients resolve `..` in a path before they call it'],
      'a parameter within a segment': [
        'GET /a-{id}',
        '2:3 `a-{id}` in the path must be exactly `{name}`, the name letters, digits and `_`',
      ],
      'an unclosed parameter': [
        'GET /{id',
        '2:3 `{id` in the path must be exactly `{name}`, the name letters, digits and `_`',
      ],
      'a parameter with a colon': ['GET /a/:id', '2:3 a parameter in the path is written `{id}`, not `:id`'],
      'a parameter in angle brackets': [
        'GET /a/<id>',
        '2:3 a parameter in the path is written `{id}`, not `<id>`',
      ],
      'a wildcard': [
        'GET /a/*',
        '2:3 `*` in the path would not be a wildcard; a parameter such as `{name}` matches one segment',
      ],
      'a wildcard with a name': [
        'GET /a/*rest',
        '2:3 `*rest` in the path would not be a wildcard; a parameter such as `{name}` matches one segment',
      ],
      'a wildcard as a pattern': [
        'GET /a/(.*)',
        '2:3 `(.*)` in the path would not be a wildcard; a parameter such as `{name}` matches one segment',
      ],
      'no star within a literal': ['GET /a/b*c'],
      'a repeated parameter': ['GET /{id}/{id}', '2:3 the path has two parameters `{id}`'],
      'a query in the path': [
        'GET /a?b=1',
        '2:3 a path ends before its `?`; describe the parameters under `query`',
      ],
      'a letter beyond ASCII': ['GET /ä', `2:3 \`ä\` in the path has characters other than ${characters}`],
      'the path of the description': [
        'POST /openapi.json',
        '2:3 the path `/openapi.json` is reserved for the description of the API',
      ],
      'a name too long for AMQP': [
        `GET /${'x'.repeat(246)}`,
        "2:3 the exchange's name, `<path>:GET`, must have at most 250 bytes, not 251",
      ],
    },
    (key) => `endpoints:\n  "${key}": { rpc: true }`,
  );
});

describe('a mistake between two routes', () => {
  reportsEach(
    {
      'the same path with other names': [
        'GET /a/{x}: { rpc: true }\n  GET /a/{y}: { rpc: true }',
        '3:3 `GET /a/{y}` can never be reached: its calls go to `GET /a/{x}` on line 2',
      ],
      'a path that fits both': [
        'GET /a/{x}/c: { rpc: true }\n  GET /a/b/{y}: { rpc: true }',
        '3:3 a call of `/a/b/c` fits both `GET /a/b/{y}` and `GET /a/{x}/c` on line 2',
      ],
      'no literal beside a parameter': ['GET /a/{x}: { rpc: true }\n  GET /a/mine: { rpc: true }'],
      'no slash at the end': ['GET /a/: { rpc: true }\n  GET /a: { rpc: true }\n  GET /{x}: { rpc: true }'],
      'no two methods of one path': ['GET /{x}: { rpc: true }\n  PUT /{y}: { rpc: true }'],
    },
    (endpoints) => `endpoints:\n  ${endpoints}`,
  );
});

describe('a mistake in an endpoint', () => {
  const oneOf =
    "needs exactly one of `fanout` (publish and confirm), `rpc` (wait for a worker's reply) and `publish` (publish to another application's exchange)";
  reportsEach(
    {
      'an endpoint that is not a mapping': ['true', '2:14 `PUT /{id}` must be a mapping'],
      'neither fanout nor rpc': ['{}', `2:3 \`PUT /{id}\` ${oneOf}`],
      'both fanout and rpc': ['{ fanout: true, rpc: true }', `2:3 \`PUT /{id}\` ${oneOf}`],
      'fanout that is false': [
        '{ fanout: false }',
        '2:24 `fanout` must be `true` or a mapping such as `{ timeout: 5s }`',
      ],
      'a misspelt key': ['{ rpc: true, sumary: Hi }', '2:27 unknown key `sumary`; did you mean `summary`?'],
      'a key like no other': ['{ rpc: true, colour: 1 }', '2:27 unknown key `colour`'],
      'a timeout beside its mapping': [
        '{ rpc: true, timeout: 5s }',
        '2:27 `timeout` belongs in `rpc`: write `rpc: { timeout: … }`',
      ],
      'the timeout of an event beside it': [
        '{ fanout: true, timeout: 5s }',
        '2:30 `timeout` belongs in `fanout`: write `fanout: { timeout: … }`',
      ],
      'a misspelt key further in': [
        '{ rpc: { timeuot: 5s } }',
        '2:23 unknown key `timeuot`; did you mean `timeout`?',
      ],
      'a duration without a unit': [
        '{ rpc: { timeout: 5 } }',
        '2:32 `timeout` must be a duration such as `500ms`, `10s`, `2m` or `1h`',
      ],
      'a timeout out of bounds': [
        '{ rpc: { timeout: 11m } }',
        '2:32 `timeout` must be 100ms to 10m, not 11m',
      ],
      'a status that is not a success': [
        '{ rpc: true, status: 404 }',
        '2:35 `status` must be 200 to 299, not 404',
      ],
      'a number as text': ['{ rpc: true, summary: 5 }', '2:36 `summary` must be text'],
      'a size without a unit': [
        '{ rpc: true, maxBody: 1 }',
        '2:36 `maxBody` must be a size such as `64KB`, `1MB` or `2GB`',
      ],
      'a size out of bounds': ['{ rpc: true, maxBody: 17MB }', '2:36 `maxBody` must be 1B to 16MB, not 17MB'],
      'a bad name of a feed': [
        '{ rpc: true, feed: My feed }',
        '2:33 `feed` must be 1 to 64 of `a` to `z`, `0` to `9`, `_` and `-`',
      ],
      'a reply to an event': [
        '{ fanout: true, reply: true }',
        '2:30 `reply` only fits `rpc`: no worker answers a `fanout`',
      ],
      'an unknown parameter of the path': [
        '{ rpc: true, params: { properties: { ids: {} } } }',
        '2:51 the path has no parameter `{ids}`; did you mean `id`?',
      ],
      'a query that is not an object': [
        '{ rpc: true, query: { type: array } }',
        '2:42 `query` is always an object; leave `type` out',
      ],
      'params that are not an object': [
        '{ rpc: true, params: { type: string } }',
        '2:43 `params` is always an object; leave `type` out',
      ],
      'a default that violates its schema': [
        '{ rpc: true, query: { properties: { limit: { type: integer, minimum: 1, default: 0 } } } }',
        '2:95 `default` violates its own schema: must be >= 1',
      ],
      'a default deep in a body': [
        '{ rpc: true, body: { properties: { a: { items: { default: { b: x }, properties: { b: { type: integer } } } } } } }',
        '2:72 `default` violates its own schema at `/b`: must be integer',
      ],
      'a default of the wrong type': [
        '{ rpc: true, query: { $defs: { n: { type: integer } }, properties: { a: { $ref: "#/$defs/n", default: "5" } } } }',
        '2:116 `default` violates its own schema: must be integer',
      ],
      'a query that is not even a mapping': [
        '{ rpc: true, query: true }',
        '2:34 `query` must be a JSON Schema such as `{ properties: { limit: { type: integer } } }`',
      ],
    },
    (endpoint) => `endpoints:\n  PUT /{id}: ${endpoint}`,
  );

  reportsEach({
    'a GET with a body': [
      'endpoints:\n  GET /a: { rpc: true, body: true }',
      '2:24 a GET request has no body; use `query`',
    ],
    'a HEAD with a body': [
      'endpoints:\n  HEAD /a: { rpc: true, body: true }',
      '2:25 a HEAD request has no body; use `query`',
    ],
    'append that would drop a parameter of the path': [
      'endpoints:\n  POST /p/{id}/{part}: { fanout: true }\nworkers:\n  w: { on: "POST /p/{id}/{part}", use: append, table: t }',
      '4:40 `append` stores the body without `{id}` of `POST /p/{id}/{part}`; name `params.id` under `columns`',
    ],
    'page that would ignore a parameter of the path': [
      'endpoints:\n  GET /p/{id}: { rpc: true }\nworkers:\n  w: { on: "GET /p/{id}", use: page, table: t }',
      '4:32 `page` answers with all rows, whatever `{id}` of `GET /p/{id}`; name `params.id` under `where`',
    ],
    'a second worker on rpc with a queue of its own': [
      'endpoints:\n  GET /a: { rpc: true }\nworkers:\n  v: { on: GET /a, use: ./v.ts }\n  w: { on: GET /a, use: ./w.ts, queue: q }',
      '5:3 `GET /a` already has the worker `v`, and only one can answer a call; to do more at once, raise its `concurrency` or run it in more processes',
      '5:33 `queue` only fits `fanout`; the requests of `GET /a` have one queue',
    ],
    'no 4,000 properties': [
      `endpoints:\n  POST /a:\n    rpc: true\n    body:\n      properties:\n${Array.from({ length: 4000 }, (_, index) => `        p${index}: { type: string }\n`).join('')}`,
    ],
    'no DELETE with a body': ['endpoints:\n  DELETE /a: { rpc: true, body: true }'],
  });
});

/** The notes on a text, as `line:column message`. */
function notesOn(source: string): readonly string[] {
  const notes: string[] = [];
  parse(source, { onNote: ({ line, column, message }) => notes.push(`${line}:${column} ${message}`) });
  return notes;
}

describe('a possible surprise in a file', () => {
  for (const [title, source, ...notes] of [
    [
      'a default under a condition',
      'endpoints:\n  POST /a: { rpc: true, body: { anyOf: [{ properties: { a: { default: 1 } } }] } }',
      '2:62 this `default` is not filled in: only those of properties are, outside conditions such as `anyOf` or `if`',
    ],
    [
      'a pattern that can backtrack',
      'endpoints:\n  GET /a: { rpc: true, query: { properties: { a: { pattern: ^(a+)+$ } } } }',
      '2:52 `^(a+)+$` can backtrack, so RE2 matches it: always in linear time, but several times slower',
    ],
    [
      'a pattern of names that can backtrack',
      'endpoints:\n  POST /a: { rpc: true, body: { patternProperties: { x+$: true, "^y": true } } }',
      '2:54 `x+$` can backtrack, so RE2 matches it: always in linear time, but several times slower',
    ],
    [
      'a query that append drops',
      'endpoints:\n  POST /a: { fanout: true, query: { properties: { a: {} } } }\nworkers:\n  w: { on: POST /a, use: append, table: t }',
      '4:21 `append` does not use `a` of the query',
    ],
    [
      'a query that page drops',
      'endpoints:\n  GET /a: { rpc: true, query: { properties: { limit: {}, q: {}, sort: {} } } }\nworkers:\n  w: { on: GET /a, use: page, table: t }',
      '4:20 `page` does not use `q`, `sort` of the query',
    ],
    ['nothing', 'endpoints:\n  POST /a: { rpc: true, body: { properties: { a: { pattern: "^[a-z]+$" } } } }'],
  ] as const) {
    it(`is noted: ${title}`, () => {
      expect(notesOn(source)).to.deep.equal(notes);
    });
  }
});
