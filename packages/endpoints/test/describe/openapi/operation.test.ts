import { expect } from 'chai';
import { type JsonObject, openApiOf } from '../../../src/index.ts';
import { compileAt, valueAt } from '../../emitted.ts';
import { parse } from '../../parse.ts';

function describeFile(file: string): JsonObject {
  return openApiOf(parse(file), { version: '1' });
}

describe('an operation', () => {
  it('describes bytes by a schema, since generators take a body without one for any value', () => {
    const document = describeFile(
      'endpoints:\n  PUT /a: { rpc: true, consumes: [image/*], produces: [application/pdf], body: true }\n',
    );

    const bytes = { type: 'string', format: 'binary' };
    const operation = '/paths/~1a/put';
    expect(valueAt(document, `${operation}/requestBody/content`)).to.deep.equal({
      'image/*': { schema: bytes },
    });
    expect(valueAt(document, `${operation}/responses/200/content/application~1pdf/schema`)).to.deep.equal(
      bytes,
    );
  });

  it('has the tag of its first named segment, leaving out versions', () => {
    const keys = ['GET /orders/{id}', 'GET /v2/orders', 'GET /{tenant}/rooms/', 'GET /', 'GET /v3/'];
    const document = describeFile(`endpoints:\n${keys.map((key) => `  ${key}: { rpc: true }\n`).join('')}`);

    const tags = keys.map((key) =>
      valueAt(document, `/paths/${key.slice(4).replaceAll('/', '~1')}/get/tags/0`),
    );

    expect(tags).to.deep.equal(['orders', 'orders', 'rooms', 'default', 'v3']);
    expect((document['tags'] as JsonObject[]).map(({ name }) => name)).to.deep.equal([
      'orders',
      'rooms',
      'default',
      'v3',
    ]);
  });

  it('has the tags that the file lists instead', () => {
    const document = describeFile(
      'endpoints:\n  GET /a: { rpc: true, tags: [billing, "old API"] }\n  GET /b: { rpc: true, tags: [billing] }\n',
    );

    expect(valueAt(document, '/paths/~1a/get/tags')).to.deep.equal(['billing', 'old API']);
    expect(document['tags']).to.deep.equal([
      { name: 'billing', description: 'The endpoints of `billing`.' },
      { name: 'old API', description: 'The endpoints of `old API`.' },
    ]);
  });

  it('is summarized by its key if the file has no summary', () => {
    const document = describeFile('endpoints:\n  GET /a: { rpc: true }\n');

    expect(valueAt(document, '/paths/~1a/get/summary')).to.equal('GET /a');
  });

  it('states that objects without declared properties may have any', () => {
    const body =
      '{ type: object, properties: { any: { type: object }, one: { type: object, properties: { a: true } } } }';
    const closed = '{ type: object, unevaluatedProperties: false, anyOf: [{ type: object }] }';
    const document = describeFile(
      `endpoints:\n  POST /a: { rpc: true, body: ${body}, reply: { type: object } }\n  POST /b: { rpc: true, body: ${closed} }\n`,
    );
    const schemaAt = (place: string) => valueAt(document, `${place}/content/application~1json/schema`);

    expect(schemaAt('/paths/~1a/post/requestBody')).to.deep.equal({
      type: 'object',
      properties: {
        any: { type: 'object', additionalProperties: true },
        one: { type: 'object', properties: { a: true } },
      },
    });
    expect(schemaAt('/paths/~1a/post/responses/200')).to.deep.equal({
      type: 'object',
      additionalProperties: true,
    });
    expect(schemaAt('/paths/~1b/post/requestBody')).to.deep.equal({
      type: 'object',
      unevaluatedProperties: false,
      anyOf: [{ type: 'object' }],
    });
  });

  it('answers with pages of messages whose schema has definitions', () => {
    const body =
      '{ $defs: { n: { type: integer } }, type: object, properties: { n: { $ref: "#/$defs/n" } } }';
    const document = describeFile(`endpoints:
  POST /m/: { fanout: true, body: ${body} }
  GET /m/: { rpc: true }
workers:
  a: { on: POST /m/, use: append, table: m }
  b: { on: GET /m/, use: page, table: m }
`);
    const validate = compileAt(document, '/paths/~1m~1/get/responses/200/content/application~1json/schema');
    const page = { paginationId: 7, offset: 0, limit: 2, total: 7 };

    expect(validate({ ...page, messages: [{ n: 1 }] })).to.equal(true);
    expect(validate({ ...page, messages: [{ n: 'x' }] })).to.equal(false);
  });
});

describe('a document', () => {
  it('names the contact and the license of the API', () => {
    const info = `info:
  contact: { name: Order team, url: "https://orders.example/help", email: orders@example.org }
  license: { name: Apache 2.0, url: "https://www.apache.org/licenses/LICENSE-2.0" }
`;
    expect(describeFile(`${info}endpoints:\n  GET /a: { rpc: true }\n`)['info']).to.deep.include({
      contact: { name: 'Order team', url: 'https://orders.example/help', email: 'orders@example.org' },
      license: { name: 'Apache 2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    });
  });

  it('keeps the default dialect of schemas, since Swagger UI warns of any other', () => {
    const document = describeFile('endpoints:\n  GET /a: { rpc: true }\n');

    expect(document).to.not.have.property('jsonSchemaDialect');
  });

  it('requires no credentials where the file has no auth', () => {
    expect(describeFile('endpoints:\n  GET /a: { rpc: true }\n')['security']).to.deep.equal([]);
    expect(
      describeFile(
        'endpoints:\n  GET /a: { rpc: true }\nauth: { schemes: { k: { apiKey: { clientsFile: c } } } }\n',
      ),
    ).to.not.have.property('security');
  });
});

describe('an operation with CloudEvents', () => {
  const body = '{ type: object, properties: { n: { $ref: "#/$defs/n" } }, $defs: { n: { type: integer } } }';
  const document = describeFile(
    `endpoints:\n  POST /a: { fanout: { cloudEvents: true }, body: ${body} }\n  POST /b: { fanout: { cloudEvents: true } }\n`,
  );
  const event = { specversion: '1.0', id: '1', source: '/s', type: 't' };
  const placeOf = (path: string): string =>
    `/paths/~1${path}/post/requestBody/content/application~1cloudevents+json/schema`;

  it('accepts JSON, or an event with the same data', () => {
    const accepts = compileAt(document, placeOf('a'));

    expect(valueAt(document, '/paths/~1a/post/requestBody/content')).to.have.all.keys(
      'application/json',
      'application/cloudevents+json',
    );
    expect(accepts({ ...event, data: { n: 1 }, subject: null, priority: 7 })).to.equal(true);
    expect(accepts({ ...event, data: { n: 'x' } })).to.equal(false);
    expect(accepts({ ...event, data: {}, id: '' })).to.equal(false);
    expect(accepts(event)).to.equal(false);
  });

  it('accepts an event without data where a body is refused', () => {
    const accepts = compileAt(document, placeOf('b'));

    expect(valueAt(document, '/paths/~1b/post/requestBody/required')).to.equal(false);
    expect([accepts(event), accepts({ ...event, data: 1 })]).to.deep.equal([true, false]);
  });
});
