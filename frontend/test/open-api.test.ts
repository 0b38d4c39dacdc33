import { readFile } from 'node:fs/promises';
import { openApiOf, parseEndpoints } from '@restmapper/endpoints';
import { expect } from 'chai';
import { type ApiDocument, readApiDocument } from '../src/lib/open-api.ts';

function documentOf(yaml: string): ApiDocument {
  const model = parseEndpoints(yaml, { file: 'endpoints.yaml', directory: '/' });
  // As it arrives over HTTP.
  return readApiDocument(JSON.parse(JSON.stringify(openApiOf(model, { version: '1.0.0' }))));
}

describe('the API read from its OpenAPI document', () => {
  it('has the endpoints of the shipped file', async () => {
    const { operations, feeds } = documentOf(
      await readFile(new URL('../../endpoints.yaml', import.meta.url), 'utf8'),
    );

    const [save, read] = operations;
    expect(save).to.include({
      key: 'POST /messages/',
      method: 'POST',
      path: '/messages/',
      prefix: '/api/v1',
      delivery: 'fanout',
      feed: 'messages',
      summary: 'Save a message',
      query: undefined,
      params: undefined,
      takesIdempotencyKey: true,
    });
    expect(save?.bodies).to.have.length(1);
    expect(save?.bodies[0]).to.deep.include({ type: 'application/json', format: 'json' });
    expect(save?.bodies[0]?.schema).to.deep.include({ type: 'object' });
    expect(read).to.include({
      key: 'GET /messages/',
      delivery: 'rpc',
      timeoutMs: 10_000,
      headers: undefined,
    });
    expect(read?.bodies).to.deep.equal([]);
    expect(feeds).to.deep.equal([{ name: 'messages', public: true, maxAgeSeconds: feeds[0]?.maxAgeSeconds }]);
    expect(read?.takesIdempotencyKey).to.equal(false);
    expect(read?.query).to.have.nested.property('properties.limit.default', 20);
  });

  it('collects path and query parameters, the required ones marked', () => {
    const [operation] = documentOf(`
endpoints:
  POST /orders/{id}/notes:
    fanout: true
    params: { properties: { id: { type: integer, minimum: 1, description: The order } } }
    query: { required: [kind], properties: { kind: { enum: [a, b] }, tags: { type: array, items: { type: string } } } }
    body: { type: object }
`).operations;

    expect(operation?.params).to.deep.include({ type: 'object', required: ['id'] });
    expect(operation?.params).to.have.nested.property('properties.id.minimum', 1);
    expect(operation?.params).to.have.nested.property('properties.id.description', 'The order');
    expect(operation?.query).to.deep.include({ required: ['kind'], additionalProperties: false });
    expect(operation?.query).to.have.nested.property('properties.tags.type', 'array');
  });

  it('has the declared headers, and every type of a body, JSON first', () => {
    const [operation] = documentOf(`
endpoints:
  PUT /pictures/{id}:
    rpc: true
    consumes: [image/*, text/plain, application/json]
    headers: { required: [If-Match], properties: { If-Match: { type: string }, X-Depth: { type: integer } } }
    body: true
`).operations;

    expect(operation?.headers).to.deep.include({ required: ['if-match'] });
    expect(operation?.headers).to.have.nested.property('properties.x-depth.type', 'integer');
    expect(operation?.headers).not.to.have.nested.property('properties.Idempotency-Key');
    expect(operation?.bodies.map(({ type, format }) => [type, format])).to.deep.equal([
      ['application/json', 'json'],
      ['image/*', 'binary'],
      ['text/plain', 'text'],
    ]);
  });

  it('keeps what a query allows besides its named parameters', () => {
    const [operation] = documentOf(`
endpoints:
  GET /q:
    rpc: true
    query: { properties: { text: { type: string } }, anyOf: [{ properties: { limit: { type: integer } } }], additionalProperties: { type: boolean } }
`).operations;

    expect(operation?.query).to.have.nested.property('properties.text.type', 'string');
    expect(operation?.query).to.have.nested.property('properties.limit.type', 'integer');
    expect(operation?.query).to.have.nested.property('additionalProperties.type', 'boolean');
  });

  it('follows references to shared schemas', () => {
    const api = documentOf(`
endpoints:
  POST /trees/:
    fanout: true
    body: { $ref: '#/$defs/tree', $defs: { tree: { type: object, properties: { child: { $ref: '#/$defs/tree' } } } } }
`);

    const body = api.operations[0]?.bodies[0]?.schema as { $ref: string };

    expect(api.resolve(body.$ref)).to.be.an('object');
    expect(api.resolve('#/nowhere')).to.equal(undefined);
    expect(api.resolve('other.json#/a')).to.equal(undefined);
  });

  it('accepts a document that says little', () => {
    expect(readApiDocument({ paths: { '/a': { get: {} } } }).operations[0]).to.include({
      key: 'GET /a',
      prefix: '',
    });
    expect(readApiDocument([]).operations).to.deep.equal([]);
  });

  it('lists the possible answers: the reply first, then problems', () => {
    const [operation] = documentOf(
      'endpoints: { POST /a: { rpc: true, status: 201, body: true, reply: { type: integer } } }',
    ).operations;

    expect(operation?.answers.map(({ status }) => status)).to.deep.equal(
      '201 400 413 415 422 429 500 502 503 504 default'.split(' '),
    );
    expect(operation?.answers[0]).to.deep.include({ isSuccess: true, schema: { type: 'integer' } });
    expect(operation?.answers[1]).to.include({ isSuccess: false, schema: undefined });
    expect(operation?.answers[1]?.description).to.include('`INVALID_JSON`');
    expect(operation?.summary).to.equal('');
  });

  it('names the media types of a reply that is not only JSON', () => {
    const { operations } = documentOf(`
endpoints:
  GET /a: { rpc: true, produces: [text/csv, application/json], reply: { type: array }, replyHeaders: [etag] }
  GET /b: { rpc: true }
`);
    const successes = operations.map(({ answers }) => answers[0]);

    expect(successes[0]).to.deep.include({
      mediaTypes: ['text/csv', 'application/json'],
      schema: { type: 'array' },
    });
    expect(successes[1]).to.deep.include({ mediaTypes: [] });
    expect(operations[0]?.answers.map(({ status }) => status)).to.include.members(['304', '412']);
  });

  it('shows which header each scheme reads', () => {
    const { schemes } = documentOf(`
endpoints: { GET /a: { rpc: true, auth: [users, keys, people, sessions] } }
auth:
  schemes:
    users: { jwt: { issuer: i, audience: a, algorithms: [RS256], keyFile: k } }
    keys: { apiKey: { clientsFile: c } }
    people: { basic: { usersFile: u } }
    sessions: { forward: { url: "http://s/", headers: [cookie], subject: x-user } }
`);

    expect(schemes.map(({ name, header }) => `${name} ${header}`)).to.deep.equal([
      'users authorization: Bearer <token>',
      'keys x-api-key: <key>',
      'people authorization: Basic <name and password>',
      'sessions cookie: <your session>',
    ]);
  });
});

describe('who may call, read from the OpenAPI document', () => {
  it('is unrestricted where the file does not say', () => {
    const { credentials, operations } = documentOf('endpoints: { POST /a: { fanout: true } }');

    expect(credentials).to.deep.equal([]);
    expect(operations[0]).to.deep.include({ schemes: [], scopes: [] });
  });

  it('lists the headers that a page can send, and the schemes of an endpoint', () => {
    const hash = 'a'.repeat(64);
    const jwt = (issuer: string) =>
      `{ jwt: { issuer: ${issuer}, audience: a, algorithms: [ES256], jwks: "https://id/jwks" } }`;
    const { credentials, operations } = documentOf(`
endpoints:
  POST /a: { fanout: true, auth: [users, machines], scopes: [a:write] }
  POST /b: { fanout: true, public: true }
  POST /c: { fanout: true, auth: staff }
auth:
  schemes:
    users: ${jwt('users')}
    staff: ${jwt('staff')}
    machines: { apiKey: { header: x-key, clients: { bob: { keys: [${hash}] } } } }
    sessions: { forward: { url: "https://id/", headers: [cookie], subject: x-user } }
    old: { basic: { usersFile: users.yaml } }
`);

    expect(credentials).to.deep.equal([
      { header: 'authorization', kind: 'token', schemes: ['users', 'staff'] },
      { header: 'x-key', kind: 'key', schemes: ['machines'] },
    ]);
    const [a, b] = operations;
    expect(a).to.deep.include({ schemes: ['users', 'machines'], scopes: ['a:write'] });
    expect(b).to.deep.include({ schemes: [], scopes: [] });
  });
});
