import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { type JsonObject, openApiOf } from '../src/index.ts';
import { compileAt, isJsonSchema, refsIn, valueAt } from './emitted.ts';
import { parse } from './parse.ts';

const source = `endpoints:
  POST /rooms/{room}/messages/:
    summary: Say something
    description: To everyone in the room.
    fanout: { timeout: 2s }
    status: 202
    body:
      $defs: { part: { type: object, properties: { parts: { type: array, items: { $ref: "#/$defs/part" } } } } }
      type: object
      required: [root]
      properties: { root: { $ref: "#/$defs/part" } }
    feed: rooms
  GET /rooms/{name}/messages/:
    rpc: true
    params: { properties: { name: { type: integer, description: The room. } } }
    query:
      required: [text]
      $defs: { amount: { type: integer, minimum: 0 } }
      properties:
        text: { type: string, description: What to look for. }
        limit: { $ref: "#/$defs/amount", default: 20 }
    reply: { type: array }
  PUT /any: { rpc: true, body: true }
  HEAD /any: { rpc: true }
  DELETE /any: { fanout: true, status: 204 }
  GET /open: { rpc: true, query: { additionalProperties: { type: string } } }
feeds:
  rooms: { public: false, maxAge: 2m }
`;

const document = openApiOf(parse(source), { version: '1.2.3' });

function operation(path: string, method: string): JsonObject {
  return valueAt(document, `/paths/${path.replaceAll('/', '~1')}/${method}`) as JsonObject;
}

const post = operation('/rooms/{room}/messages/', 'post');
const get = operation('/rooms/{room}/messages/', 'get');

describe('openApiOf', () => {
  it('describes the API, and names its server', () => {
    expect(document).to.deep.include({
      openapi: '3.1.0',
      info: { title: 'restmapper', version: '1.2.3' },
      servers: [{ url: '/api/v1' }],
      'x-restmapper-feeds': [{ name: 'rooms', public: false, maxAgeSeconds: 120 }],
    });
  });

  it('has an operation for each endpoint, with extensions for everything beyond OpenAPI', () => {
    expect(post).to.include({
      operationId: 'postRoomsByRoomMessages',
      summary: 'Say something',
      description: 'To everyone in the room.',
    });
    expect(post['x-restmapper']).to.deep.equal({
      key: 'POST /rooms/{room}/messages/',
      delivery: 'fanout',
      feed: 'rooms',
      exchange: '/rooms/{room}/messages/:POST',
      timeoutMs: 2000,
    });
    expect(get['x-restmapper']).to.not.have.property('feed');
  });

  it('puts endpoints whose paths differ only in parameter names under one path', () => {
    expect(Object.keys(document['paths'] as object)).to.deep.equal([
      '/rooms/{room}/messages/',
      '/any',
      '/open',
    ]);
    expect(get['parameters']).to.deep.include({
      name: 'room',
      in: 'path',
      required: true,
      description: 'The room.',
      schema: { type: 'integer', description: 'The room.' },
    });
  });

  it('makes a parameter of each declared property of a query', () => {
    const schema = { $ref: '#/components/schemas/GetRoomsByNameMessagesQueryAmount', default: 20 };

    expect(get['parameters']).to.deep.include.members([
      {
        name: 'text',
        in: 'query',
        required: true,
        description: 'What to look for.',
        schema: { type: 'string', description: 'What to look for.' },
      },
      { name: 'limit', in: 'query', schema },
    ]);
    expect(get['parameters']).to.have.length(3);
  });

  it('makes one parameter of a query that allows undeclared properties', () => {
    expect(operation('/open', 'get')['parameters']).to.deep.equal([
      {
        name: 'query',
        in: 'query',
        style: 'form',
        explode: true,
        schema: { type: 'object', additionalProperties: { type: 'string' } },
      },
    ]);
  });

  it('names the parameters of an open or composed query, and those beside them', () => {
    const query = `{
      $defs: { page: { properties: { limit: { type: integer } }, required: [limit] } },
      allOf: [{ $ref: "#/$defs/page" }],
      anyOf: [{ required: [a], properties: { a: { type: string } } }, { properties: { a: { const: x }, b: { type: boolean } } }],
      properties: { q: { type: string, description: Words. } },
      patternProperties: { ^x-: { type: string } } }`;
    const { paths } = openApiOf(parse(`endpoints:\n  GET /q: { rpc: true, query: ${query} }`), {
      version: '1',
    });

    const parameters = valueAt(paths as JsonObject, '/~1q/get/parameters') as readonly JsonObject[];

    expect(parameters).to.deep.equal([
      { name: 'q', in: 'query', description: 'Words.', schema: { type: 'string', description: 'Words.' } },
      { name: 'limit', in: 'query', required: true, schema: { type: 'integer' } },
      { name: 'a', in: 'query', schema: { anyOf: [{ type: 'string' }, { const: 'x' }] } },
      { name: 'b', in: 'query', schema: { type: 'boolean' } },
      {
        name: 'query',
        in: 'query',
        style: 'form',
        explode: true,
        schema: {
          type: 'object',
          patternProperties: { '^x-': { type: 'string' } },
          additionalProperties: false,
        },
      },
    ]);
  });

  it('keeps a query in one piece if it refers to more than its definitions', () => {
    const query = '{ properties: { a: { type: integer }, b: { $ref: "#/properties/a" } } }';
    const whole = openApiOf(parse(`endpoints:\n  GET /q: { rpc: true, query: ${query} }`), { version: '1' });

    expect(valueAt(whole, '/paths/~1q/get/parameters/0/schema/$ref')).to.equal(
      '#/components/schemas/GetQQuery',
    );
    for (const ref of refsIn(whole)) expect(valueAt(whole, ref), ref).to.be.an('object');
  });

  it('moves definitions to the components, under unique names', () => {
    const body = `{
      $defs: { line item: { properties: { next: { $ref: "#/$defs/line%20item" }, tax: { $ref: "#tax" } } },
               line-item: { type: string }, tax: { $anchor: tax, type: number }, any: true },
      properties: { items: { items: { $ref: "#/$defs/line item" } }, other: { $ref: "#/$defs/line-item" }, self: { $ref: "#" }, any: { $ref: "#/$defs/any" } } }`;
    const moved = openApiOf(parse(`endpoints:\n  POST /o: { rpc: true, body: ${body}, reply: ${body} }`), {
      version: '1',
    });

    const schemas = valueAt(moved, '/components/schemas') as JsonObject;

    expect(schemas).to.include.all.keys(
      'PostOBody',
      'PostOBodyLineItem',
      'PostOBodyLineItem2',
      'PostOBodyTax',
      'PostOReplyTax',
    );
    expect(schemas['PostOBodyLineItem']).to.deep.equal({
      properties: {
        next: { $ref: '#/components/schemas/PostOBodyLineItem' },
        tax: { $ref: '#/components/schemas/PostOBodyTax' },
      },
    });
    expect(JSON.stringify(moved)).to.not.contain('$defs');
    for (const ref of refsIn(moved)) expect(valueAt(moved, ref), ref).to.be.an('object');
    const validate = compileAt(moved, '/components/schemas/PostOBody');
    expect(validate({ items: [{ next: { tax: 1 } }], self: { other: 'x' } })).to.equal(true);
    expect(validate({ self: { items: [{ next: { tax: 'x' } }] } })).to.equal(false);
  });

  it('confuses no definition with the schema of another operation', () => {
    const file = `endpoints:
  POST /: { rpc: true, body: { $defs: { x body: { type: integer } }, items: { $ref: "#/$defs/x body" } } }
  POST /body/x: { rpc: true, body: { type: string } }
`;
    const described = openApiOf(parse(file), { version: '1' });

    const place = '/paths/~1body~1x/post/requestBody/content/application~1json/schema';
    expect(valueAt(described, place)).to.deep.equal({ type: 'string' });
  });

  it('describes the reply of page, with the messages that append stores', () => {
    const file = `endpoints:
  POST /m/: { fanout: true, body: { type: object, required: [a] } }
  GET /m/: { rpc: true }
  GET /n/: { rpc: true }
workers:
  a: { on: POST /m/, use: append, table: m }
  b: { on: GET /m/, use: page, table: m }
  c: { on: GET /n/, use: page, table: n }
`;
    const paged = openApiOf(parse(file), { version: '1' });
    const replyOf = (path: string) =>
      compileAt(paged, `/paths/~1${path}~1/get/responses/200/content/application~1json/schema`);
    const page = { paginationId: 7, offset: 0, limit: 2, total: 7 };

    expect(replyOf('m')({ ...page, messages: [{ a: 1 }] })).to.equal(true);
    expect(replyOf('m')({ ...page, messages: [{ b: 1 }] })).to.equal(false);
    expect(replyOf('n')({ ...page, messages: ['x'] })).to.equal(true);
    expect(replyOf('n')(page)).to.equal(false);
  });

  it('has the name from the file', () => {
    const info = 'info: { title: Orders, version: 1.4.0, description: What is ordered. }\n';
    const model = parse(`${info}endpoints:\n  GET /a: { rpc: true }\n`);

    expect(openApiOf(model, { version: '0.1.0' })['info']).to.deep.equal({
      title: 'Orders',
      version: '1.4.0',
      description: 'What is ordered.',
    });
  });

  it('takes an Idempotency-Key where a call changes something', () => {
    const key = { $ref: '#/components/parameters/IdempotencyKey' };

    expect(post['parameters']).to.deep.include(key);
    expect(operation('/any', 'put')['parameters']).to.deep.equal([key]);
    expect(operation('/any', 'head')).to.not.have.property('parameters');
  });

  it('has bodies that validate like the file', () => {
    const place = '/paths/~1rooms~1{room}~1messages~1/post/requestBody/content/application~1json/schema';
    const validate = compileAt(document, place);

    expect(validate({ root: { parts: [{ parts: [] }] } })).to.equal(true);
    expect(validate({ root: { parts: [{ parts: 7 }] } })).to.equal(false);
    expect(validate({})).to.equal(false);
    expect(operation('/any', 'put')['requestBody']).to.deep.equal({
      required: true,
      content: { 'application/json': { schema: {} } },
    });
    expect(get).to.not.have.property('requestBody');
  });

  it('answers with the reply, with nothing, or without a body', () => {
    const contentOf = (operation: JsonObject, status: string) =>
      valueAt(operation, `/responses/${status}/content/application~1json/schema`);

    expect(contentOf(get, '200')).to.deep.equal({ type: 'array' });
    expect(contentOf(post, '202')).to.deep.equal({ type: 'object', maxProperties: 0 });
    expect(contentOf(operation('/any', 'put'), '200')).to.deep.equal({});
    expect(contentOf(operation('/any', 'delete'), '204')).to.equal(undefined);
    expect(contentOf(operation('/any', 'head'), '200')).to.equal(undefined);
  });

  it('answers everything else with a problem, depending on the path of a call', () => {
    const problem = {
      type: 'urn:restmapper:problem:UNROUTABLE',
      title: 'Service Unavailable',
      status: 503,
      detail: 'no queue is bound',
      code: 'UNROUTABLE',
      requestId: 'r1',
    };
    const fanout = compileAt(document, '/components/schemas/FanoutProblem');
    const rpc = compileAt(document, '/components/schemas/RpcProblem');

    expect(valueAt(post, '/responses/default')).to.deep.equal({
      $ref: '#/components/responses/FanoutProblem',
    });
    expect(valueAt(get, '/responses/default')).to.deep.equal({ $ref: '#/components/responses/RpcProblem' });
    expect([fanout(problem), rpc(problem)]).to.deep.equal([true, true]);
    expect([fanout({ ...problem, code: 'NO_FUNDS' }), rpc({ ...problem, code: 'NO_FUNDS' })]).to.deep.equal([
      false,
      true,
    ]);
    expect(rpc({ ...problem, requestId: undefined, code: 'oops' })).to.equal(false);
  });

  it('knows every code that docs/wire-protocol.md promises to callers of an endpoint', () => {
    const docs = readFileSync(new URL('../../../docs/wire-protocol.md', import.meta.url), 'utf8');
    const [table = ''] = docs.split('### Problems');
    const promised = new Set([...table.matchAll(/`([A-Z][A-Z_]{7,})`/g)].map(([, code]) => code));
    for (const elsewhere of ['METHOD_NOT_ALLOWED', 'INVALID_ROUTING_KEY']) promised.delete(elsewhere);

    const known = valueAt(document, '/components/schemas/RpcProblem/allOf/1/properties/code/anyOf/0/enum');

    expect(known).to.have.members([...promised]);
  });

  it('describes the answers of a statement', () => {
    const text = `endpoints:
  DELETE /orders/{id}: { rpc: true }
  GET /orders: { rpc: true }
  PUT /orders/{id}: { rpc: true, headers: { properties: { if-match: { type: string } } } }
workers:
  put: { on: "PUT /orders/{id}", use: sql, expect: affected, statement: "UPDATE orders SET a = 1 WHERE id = :params.id", exists: SELECT 1 }
  delete: { on: "DELETE /orders/{id}", use: sql, expect: affected, conflict: 409, statement: "DELETE FROM orders WHERE id = :params.id" }
  list: { on: GET /orders, use: sql, expect: many, statement: SELECT id FROM orders }
`;
    const described = openApiOf(parse(text), { version: '1' });

    const deleted = valueAt(described, '/paths/~1orders~1{id}/delete/responses') as JsonObject;
    const listed = valueAt(described, '/paths/~1orders/get/responses');

    expect(deleted).to.include.keys('204', '404', '409').and.not.include.keys('200');
    expect(valueAt(deleted, '/204')).not.to.have.property('content');
    const put = valueAt(described, '/paths/~1orders~1{id}/put/responses');
    expect(put).to.include.keys('204', '404', '412').and.not.include.keys('409');
    expect(listed).to.include.keys('200').and.not.include.keys('404', '409');
  });

  it('states the requirements of each operation', () => {
    const schemes = `users: { jwt: { issuer: i, audience: a, algorithms: [RS256], keyFile: k } }
    keys: { apiKey: { header: x-key, clientsFile: c } }
    people: { basic: { usersFile: u } }
    ask: { forward: { url: "http://s/", headers: [cookie], subject: x-user } }`;
    const endpoints =
      'GET /a: { rpc: true, auth: [users, keys], scopes: [x] }\n  GET /b: { rpc: true, public: true }\n  POST /c: { fanout: true, auth: people, feed: f }';
    const model = parse(
      `endpoints:\n  ${endpoints}\nfeeds:\n  f: { auth: ask }\nauth:\n  schemes:\n    ${schemes}\n    unused: { apiKey: { clientsFile: u } }\n`,
    );

    const protecting = openApiOf(model, { version: '1' });

    expect(valueAt(protecting, '/paths/~1a/get/security')).to.deep.equal([{ users: ['x'] }, { keys: ['x'] }]);
    expect(valueAt(protecting, '/paths/~1b/get/security')).to.deep.equal([]);
    expect(get).to.not.have.property('security');
    expect(valueAt(protecting, '/components/securitySchemes')).to.deep.equal({
      users: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'A token of i for a.' },
      keys: { type: 'apiKey', in: 'header', name: 'x-key' },
      people: { type: 'http', scheme: 'basic' },
      ask: {
        type: 'apiKey',
        in: 'header',
        name: 'cookie',
        description: 'A service decides by cookie.',
      },
    });
  });

  it('keeps the schemes that protect the system, where endpoints use no other', () => {
    const file = `endpoints:
  GET /a: { rpc: true, public: true }
auth:
  default: ops
  schemes:
    ops: { apiKey: { clientsFile: c } }
    other: { basic: { usersFile: u } }
`;

    expect(valueAt(openApiOf(parse(file), { version: '1' }), '/components/securitySchemes')).to.have.all.keys(
      'ops',
    );
  });

  it('has no dangling references', () => {
    const refs = refsIn(document);

    expect(refs).to.include('#/components/schemas/GetRoomsByNameMessagesQueryAmount');
    for (const ref of refs) expect(valueAt(document, ref), ref).to.be.an('object');
  });

  it('has valid schemas only', () => {
    const { schemas } = document['components'] as { schemas: JsonObject };

    for (const [name, schema] of Object.entries(schemas)) {
      expect(isJsonSchema(schema), name).to.equal(true);
      compileAt(document, `/components/schemas/${name}`);
    }
  });
});
