import { expect } from 'chai';
import { openApiOf } from '../src/index.ts';
import { parse, problemsOf } from './parse.ts';

const endpoints = `endpoints:
  POST /o/{id}: { fanout: true, body: { type: object, properties: { amount: true }, additionalProperties: false } }
  GET /o/{id}:
    rpc: true
    query: { properties: { lang: true, from: true, after: true, limit: true }, required: [from] }
  POST /open: { fanout: true, public: true, body: true }
auth: { schemes: { users: { jwt: { issuer: i, audience: a, algorithms: [RS256], jwks: https://id.example/jwks.json } } } }
workers:
`;
const written =
  '  in: { on: "POST /o/{id}", use: append, table: t, columns: { order_id: { from: params.id, type: bigint }, at: { from: data.amount, type: timestamptz }, author: identity.subject, flag: { from: data.amount, type: boolean }, doc: { from: data, type: jsonb } } }\n';

const withColumns = (columns: string): string =>
  `${endpoints}  in:\n    on: POST /o/{id}\n    use: append\n    table: t\n    columns: { id_: params.id, ${columns} }\n`;
const withWhere = (where: string): string =>
  `${endpoints}${written}  out:\n    on: GET /o/{id}\n    use: page\n    table: t\n    where: { order_id: params.id, ${where} }\n`;

/** The problems without their places. */
const messagesOf = (source: string): readonly string[] =>
  problemsOf(source).map((problem) => problem.replace(/^\S+ /, ''));

describe('the columns of append', () => {
  it('are values of the call, text unless they have a type', () => {
    const [worker] = parse(endpoints + written).workers;

    expect(worker?.use).to.deep.include({ kind: 'append', table: 't' });
    expect(worker?.use).to.have.deep.nested.property('columns[0]', {
      name: 'order_id',
      type: 'bigint',
      from: { text: 'params.id', part: 'params', names: ['id'] },
    });
    expect(worker?.use).to.have.deep.nested.property('columns[2]', {
      name: 'author',
      type: 'text',
      from: { text: 'identity.subject', part: 'identity', names: ['subject'] },
    });
  });

  const mistakes: Readonly<Record<string, readonly [columns: string, ...messages: string[]]>> = {
    'a name that every table has': [
      'message: data',
      'the table already has a column `message`; choose another name',
    ],
    'a name of PostgreSQL': ['ctid: data', 'the table already has a column `ctid`; choose another name'],
    'a name that SQL would have to quote': [
      '"Größe": data',
      '`Größe` must be a plain SQL name: at most 63 of `a` to `z`, `0` to `9` and `_`, not beginning with a digit',
    ],
    'a name of 64 bytes': [
      `${'c'.repeat(64)}: data`,
      `\`${'c'.repeat(64)}\` must be a plain SQL name: at most 63 of \`a\` to \`z\`, \`0\` to \`9\` and \`_\`, not beginning with a digit`,
    ],
    'an unknown type': [
      'a: { from: data, type: int }',
      '`type` must be one of text, bigint, integer, numeric, double precision, boolean, timestamptz, date, uuid, jsonb, not "int"',
    ],
    'no value': ['a: { type: text }', '`a` lacks the key `from`'],
    'no value of a call': [
      'a: body.x',
      '`body.x` does not name a value of a call; a value of the call is `params.NAME`, `args.NAME`, `data`, `data.NAME`, `headers.NAME` or `identity.subject`',
    ],
    'a parameter that the path does not have': [
      'a: params.order',
      '`params.order`: the path of `POST /o/{id}` has no parameter `{order}`',
    ],
    'a field that the body cannot have': [
      'a: { from: data.amuont }',
      '`data.amuont`: the `body` of `POST /o/{id}` has no `amuont`; did you mean `amount`?',
    ],
    'a query where there is none': ['a: args.x', '`args.x`: `POST /o/{id}` has no `query`'],
  };
  for (const [what, [columns, ...messages]] of Object.entries(mistakes)) {
    it(`are refused with ${what}`, () => {
      expect(messagesOf(withColumns(columns))).to.deep.equal(messages);
    });
  }

  it('are refused with the identity of a public endpoint', () => {
    const source = `${endpoints}  in: { on: POST /open, use: append, table: t, columns: { author: identity.subject } }`;

    expect(messagesOf(source)).to.deep.equal([
      '`identity.subject`: `POST /open` is public, so its callers have no identity',
    ]);
  });

  it('are refused without a parameter of the path', () => {
    const source = `${endpoints}  in: { on: "POST /o/{id}", use: append, table: t, columns: { amount: data.amount } }`;

    expect(messagesOf(source)).to.deep.equal([
      '`append` stores the body without `{id}` of `POST /o/{id}`; name `params.id` under `columns`',
    ]);
  });

  it('have one type in all workers of a table', () => {
    const other =
      '  too: { on: POST /open, use: append, table: t, columns: { order_id: data.id, more: data.more } }\n';

    expect(messagesOf(endpoints + written + other)).to.deep.equal([
      '`order_id` is text here, and bigint in the worker `in` of the same table',
    ]);
  });

  it('are refused with another handler', () => {
    const source = `${endpoints}  out: { on: POST /open, use: ./w.ts, columns: { a: data }, where: { a: data } }`;

    expect(messagesOf(source)).to.deep.equal(['`columns` only fits `append`', '`where` only fits `page`']);
  });
});

describe('where of page', () => {
  it('compares columns under their types', () => {
    const { workers } = parse(
      withWhere('author: identity.subject, at: { from: args.from, before: args.from }'),
    );

    const { use } = workers[1] ?? {};
    expect(use?.kind === 'page' && use.where.map(({ kind, name, type }) => [kind, name, type])).to.deep.equal(
      [
        ['is', 'order_id', 'bigint'],
        ['is', 'author', 'text'],
        ['range', 'at', 'timestamptz'],
      ],
    );
    expect(use).to.have.deep.nested.property('where[2].bounds[1]', {
      operator: '<',
      value: { text: 'args.from', part: 'args', names: ['from'] },
    });
  });

  const mistakes: Readonly<Record<string, readonly [where: string, ...messages: string[]]>> = {
    'a column that the table does not have': [
      'autor: identity.subject',
      'no `append` of this file stores a column `autor` in the table `t`; did you mean `author`?',
    ],
    'a column that resembles none': [
      'zzz: identity.subject',
      'no `append` of this file stores a column `zzz` in the table `t`; add it to the `columns` of one',
    ],
    jsonb: ['doc: args.lang', '`doc` is jsonb, which `where` cannot compare'],
    'bounds of a boolean': ['flag: { from: args.from }', '`flag` is boolean, which cannot have bounds'],
    'bounds of two columns': [
      'at: { from: args.from }, inserted: { to: args.from }',
      'only one column can have bounds',
    ],
    'a value and bounds': ['at: { is: args.from, to: args.from }', '`is` does not go with `to`'],
    'the same bound twice': [
      'at: { from: args.from, after: args.from }',
      '`from` and `after` are the same bound; keep one',
    ],
    'no condition': [
      'at: { optional: true }',
      '`optional` only fits `is`; bounds of `args` and `data` may always be absent',
      '`at` needs `is`, or one of `from`, `after`, `to` and `before`',
    ],
    'an optional identity': [
      'author: { is: identity.subject, optional: true }',
      '`optional` only fits values of `args` and `data`, unlike `identity.subject`',
    ],
    'an argument that the query does not have': [
      'author: args.author',
      '`args.author`: the `query` of `GET /o/{id}` has no `author`; did you mean `after`?',
    ],
    'three optional columns': [
      'author: { is: args.lang, optional: true }, flag: { is: args.from, optional: true }, inserted: { is: args.limit, optional: true }',
      'at most 2 columns can be `optional`',
    ],
  };
  for (const [what, [where, ...messages]] of Object.entries(mistakes)) {
    it(`is refused with ${what}`, () => {
      expect(messagesOf(withWhere(where)).toSorted()).to.deep.equal(messages.toSorted());
    });
  }

  it('is refused without a parameter of the path', () => {
    const source = `${endpoints}${written}  out: { on: "GET /o/{id}", use: page, table: t, where: { author: identity.subject } }`;

    expect(messagesOf(source)).to.deep.equal([
      '`page` answers with all rows, whatever `{id}` of `GET /o/{id}`; name `params.id` under `where`',
    ]);
  });

  it('notes values without which the page is empty, and a query without a cursor', () => {
    const notes: string[] = [];
    const source = withWhere('author: args.lang, at: args.from').replace('after: true, ', '');

    parse(source, { onNote: ({ message }) => notes.push(message) });

    expect(notes).to.deep.equal([
      'the `query` of `GET /o/{id}` has no `after`, without which deep pages take longer',
      'the page of a call without `args.lang` is empty; require it in the schema, or write `{ is: args.lang, optional: true }`',
    ]);
  });

  it('is in the description of the reply', () => {
    const model = parse(withWhere('author: identity.subject'));

    const text = JSON.stringify(openApiOf(model, { version: '1' }));

    expect(text).to.include('"required":["paginationId","offset","limit","total","messages","next"]');
    expect(text).to.include('"totalIsAtLeast"').and.to.include('Newest first.');
    const ranged = openApiOf(parse(withWhere('at: { from: args.from }')), { version: '1' });
    expect(JSON.stringify(ranged)).to.include('The greatest `at` first, then the newest.');
  });

  it('leaves the description of the reply of other pages as it is', () => {
    const model = parse(
      'endpoints:\n  GET /a: { rpc: true }\nworkers:\n  w: { on: GET /a, use: page, table: t }',
    );

    expect(JSON.stringify(openApiOf(model, { version: '1' }))).not.to.include('"next"');
  });
});
