import { expect } from 'chai';
import { changesOf, documentOf, linesOf } from './changes.ts';

const file = (endpoints: string, others = ''): string => `endpoints:\n${endpoints}\n${others}`;

const auth = `auth:
  schemes:
    users: { jwt: { issuer: https://id.example, audience: a, algorithms: [RS256], jwks: https://id.example/keys } }
    machines: { apiKey: { clientsFile: ./clients.yaml } }
  default: [users]
`;

/** Endpoints before and after, and all changes. */
const rows: readonly (readonly [title: string, before: string, after: string, changes: readonly string[]])[] =
  [
    [
      'a removed endpoint',
      '  GET /a: { rpc: true }\n  GET /b: { rpc: true }',
      '  GET /a: { rpc: true }',
      ['breaking: GET /b: was removed'],
    ],
    [
      'a new endpoint',
      '  GET /a: { rpc: true }',
      '  GET /a: { rpc: true }\n  GET /b: { rpc: true }',
      ['compatible: GET /b: is new'],
    ],
    [
      'another method',
      '  PUT /a: { rpc: true }',
      '  PATCH /a: { rpc: true }',
      ['breaking: PUT /a: was removed', 'compatible: PATCH /a: is new'],
    ],
    [
      'a parameter of the path with another name',
      '  GET /a/{id}: { rpc: true }',
      '  GET /a/{key}: { rpc: true }',
      [],
    ],
    [
      'a parameter of the path that is restricted',
      '  "GET /a/{id}": { rpc: true }',
      '  "GET /a/{id}": { rpc: true, params: { properties: { id: { type: integer } } } }',
      ['breaking: GET /a/{id}: path parameter id: was string, is integer'],
    ],
    [
      'a number in the query that becomes a text',
      '  GET /a: { rpc: true, query: { properties: { q: { type: integer } } } }',
      '  GET /a: { rpc: true, query: { properties: { q: { type: string } } } }',
      ['compatible: GET /a: query parameter q: was integer, is string'],
    ],
    [
      'a new parameter of the query',
      '  GET /a: { rpc: true, query: { properties: { q: true } } }',
      '  GET /a: { rpc: true, query: { properties: { q: true, r: true } } }',
      ['compatible: GET /a: query parameter r: is new'],
    ],
    [
      'a new required parameter of the query',
      '  GET /a: { rpc: true, query: { properties: { q: true } } }',
      '  GET /a: { rpc: true, query: { properties: { q: true, r: true }, required: [r] } }',
      ['breaking: GET /a: query parameter r: is new and required'],
    ],
    [
      'a parameter of the query that becomes required',
      '  GET /a: { rpc: true, query: { properties: { q: true } } }',
      '  GET /a: { rpc: true, query: { properties: { q: true }, required: [q] } }',
      ['breaking: GET /a: query parameter q: is required now'],
    ],
    [
      'a parameter of the query that becomes optional',
      '  GET /a: { rpc: true, query: { properties: { q: true }, required: [q] } }',
      '  GET /a: { rpc: true, query: { properties: { q: true } } }',
      ['compatible: GET /a: query parameter q: is no longer required'],
    ],
    [
      'a parameter that is removed from a closed query',
      '  GET /a: { rpc: true, query: { properties: { q: true, r: true }, additionalProperties: false } }',
      '  GET /a: { rpc: true, query: { properties: { q: true }, additionalProperties: false } }',
      ['breaking: GET /a: query parameter r: is no longer accepted'],
    ],
    [
      'a parameter that is removed from an open query',
      '  GET /a: { rpc: true, query: { properties: { q: true, r: true }, additionalProperties: true } }',
      '  GET /a: { rpc: true, query: { properties: { q: true }, additionalProperties: true } }',
      ['compatible: GET /a: query parameter r: is no longer described'],
    ],
    [
      'a query that is closed',
      '  GET /a: { rpc: true, query: { properties: { q: true }, additionalProperties: true } }',
      '  GET /a: { rpc: true, query: { properties: { q: true }, additionalProperties: false } }',
      ['breaking: GET /a: query: other parameters are no longer accepted'],
    ],
    [
      'a query that is described for the first time',
      '  GET /a: { rpc: true }',
      '  GET /a: { rpc: true, query: { properties: { q: true }, additionalProperties: false } }',
      [
        'compatible: GET /a: query parameter q: is new',
        'unclear: GET /a: query: parameters that are not described are refused now',
      ],
    ],
    [
      'a body that is restricted for the first time',
      '  POST /a: { fanout: true }',
      '  POST /a: { fanout: true, body: { type: object } }',
      ['breaking: POST /a: body: is new and required'],
    ],
    [
      'a body that is no longer restricted',
      '  POST /a: { fanout: true, body: { type: object } }',
      '  POST /a: { fanout: true }',
      ['compatible: POST /a: body: is no longer described'],
    ],
    [
      'another status',
      '  POST /a: { fanout: true }',
      '  POST /a: { fanout: true, status: 202 }',
      ['breaking: POST /a: status: was 200, is 202'],
    ],
    [
      'a status without a body',
      '  POST /a: { fanout: true, status: 202 }',
      '  POST /a: { fanout: true, status: 204 }',
      ['breaking: POST /a: status: was 202, is 204'],
    ],
    [
      'an event that becomes a request',
      '  POST /a: { fanout: true }',
      '  POST /a: { rpc: true, reply: { type: object, required: [id], properties: { id: { type: integer } } } }',
      [
        'breaking: POST /a: reply 200: the header x-message-id is no longer sent',
        'breaking: POST /a: reply 200: maxProperties was 0, is not set',
        'compatible: POST /a: reply 200 /id: is new',
      ],
    ],
    [
      'an idempotency key that need not be a UUID',
      '  POST /a: { rpc: true }',
      '  POST /a: { rpc: true, idempotency: true }',
      [
        'unclear: POST /a: header parameter Idempotency-Key: minLength was not set, is 1, unless format implies it',
        'unclear: POST /a: header parameter Idempotency-Key: maxLength was not set, is 255, unless format implies it',
        'unclear: POST /a: header parameter Idempotency-Key: has the new restriction pattern `^[ -~]*$`, unless format implies it',
        'compatible: POST /a: header parameter Idempotency-Key: no longer has the restriction format `uuid`',
      ],
    ],
  ];

describe('the comparison of two APIs', () => {
  for (const [title, before, after, changes] of rows) {
    it(`judges ${title}`, () => {
      expect(changesOf(file(before), file(after))).to.deep.equal(changes);
      expect(changesOf(file(after), file(after))).to.deep.equal([]);
    });
  }

  it('judges who may call', () => {
    const open = file('  GET /a: { rpc: true }');
    const secured = file('  GET /a: { rpc: true }', auth);
    const scoped = file('  GET /a: { rpc: true, scopes: [read] }', auth);
    const either = file('  GET /a: { rpc: true, auth: [users, machines] }', auth);
    const other = file('  GET /a: { rpc: true, auth: [machines] }', auth);

    expect(changesOf(open, secured)).to.deep.equal(['breaking: GET /a: access: was public, needs `users`']);
    expect(changesOf(secured, open)).to.deep.equal(['compatible: GET /a: access: is public now']);
    expect(changesOf(secured, scoped)).to.deep.equal([
      'breaking: GET /a: access: `users` is no longer enough: it needs `users` with read',
    ]);
    expect(changesOf(scoped, secured)).to.deep.equal(['compatible: GET /a: access: `users` is accepted']);
    expect(changesOf(secured, either)).to.deep.equal(['compatible: GET /a: access: `machines` is accepted']);
    expect(changesOf(either, other)).to.deep.equal([
      'breaking: GET /a: access: `users` is no longer accepted',
    ]);
  });

  it('judges how credentials are sent', () => {
    const scheme = (header: string) => auth.replace('clientsFile', `header: ${header}, clientsFile`);
    const text = (header: string) => file('  GET /a: { rpc: true, auth: [machines] }', scheme(header));

    expect(changesOf(text('x-key'), text('x-token'))).to.deep.equal([
      'breaking: scheme machines: name was x-key, is x-token',
    ]);
  });

  it('judges media types, headers, servers and added statuses', () => {
    const document = (content: object, response: object, servers: string) => ({
      openapi: '3.1.0',
      servers: [{ url: servers }],
      paths: { '/a': { post: { requestBody: { content }, responses: { 200: response } } } },
    });
    const before = document({ 'text/csv': {}, 'text/plain': {} }, { headers: { etag: {} } }, '/v1');
    const after = document({ 'text/plain': {}, 'application/json': {} }, { headers: { age: {} } }, '/v2');
    const added = {
      ...after.paths['/a'].post,
      responses: { 200: { headers: { age: {} } }, 201: {}, 429: {} },
    };

    expect(linesOf(before, after)).to.deep.equal([
      'breaking: servers: /v1 was removed',
      'compatible: servers: /v2 is new',
      'breaking: POST /a: body: text/csv is no longer accepted',
      'compatible: POST /a: body: application/json is also accepted',
      'breaking: POST /a: reply 200: the header etag is no longer sent',
      'compatible: POST /a: reply 200: the header age is new',
    ]);
    expect(linesOf(after, { ...after, paths: { '/a': { post: added } } })).to.deep.equal([
      'unclear: POST /a: status: 201 may be answered too',
    ]);
  });

  it('does not follow references that are dangling, circular or to another document', () => {
    const document = (ref: string) => ({
      openapi: '3.1.0',
      paths: {
        '/a': { post: { requestBody: { content: { 'application/json': { schema: { $ref: ref } } } } } },
      },
      components: { schemas: { circle: { $ref: '#/components/schemas/circle' } } },
    });

    expect(linesOf(document('a.json'), document('a.json'))).to.deep.equal([]);
    expect(linesOf(document('#/a'), document('b.json'))).to.deep.equal([
      'unclear: POST /a: body: $ref has changed and cannot be compared (was `#/a`, is `b.json`)',
    ]);
    expect(linesOf(document('#/components/schemas/circle'), document('b.json'))).to.have.length(1);
  });

  it('judges the same for the printed document', () => {
    const text = file('  POST /a: { fanout: true, body: { type: object } }');

    expect(linesOf(documentOf(text), documentOf(text))).to.deep.equal([]);
  });
});
