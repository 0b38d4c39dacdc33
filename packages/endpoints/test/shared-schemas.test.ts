import { expect } from 'chai';
import type { FileProblem } from '@restmapper/core';
import { asyncApiOf, openApiOf, SchemaCompiler, typesOf } from '../src/index.ts';
import { valueAt } from '../src/json-schema/document.ts';
import { parse, problemsOf } from './parse.ts';

const file = `
schemas:
  Order:
    type: object
    required: [item]
    properties:
      id: { type: integer, minimum: 1 }
      item: { $ref: '#/schemas/Item' }
      parts: { type: array, items: { $ref: '#/schemas/Order' } }
      line: { $ref: '#/$defs/line' }
      other: { $ref: '#small' }
    $defs:
      line: { type: integer }
      short: { $anchor: small, type: string, maxLength: 3 }
  Item: { type: string, minLength: 2 }
  Paging:
    properties:
      limit: { type: integer, default: 20 }
      tags: { type: array, items: { $ref: '#/schemas/Item' } }
  OrderPath: { properties: { id: { $ref: '#/schemas/Order/properties/id' } } }
endpoints:
  POST /orders: { fanout: true, body: { $ref: '#/schemas/Order' }, feed: orders }
  GET /orders: { rpc: true, query: { $ref: '#/schemas/Paging' }, reply: { items: { $ref: '#/schemas/Order' } } }
  GET /orders/{id}: { rpc: true, params: { $ref: '#/schemas/OrderPath' }, reply: { $ref: '#/schemas/Order' } }
feeds:
  orders: { payload: [item, parts] }
`;

/** The details of what is wrong with a value, by pointer. */
function violationsOf(schema: Parameters<SchemaCompiler['compileJson']>[0] | undefined, text: string) {
  const validate = new SchemaCompiler().compileJson(schema ?? false);
  return validate(JSON.parse(text), Buffer.from(text)).map(({ pointer, detail }) => `${pointer} ${detail}`);
}

describe('a shared schema', () => {
  const { endpoints } = parse(file);
  const [post, list, get] = endpoints;

  it('validates as if it stood where it is referred to', () => {
    expect(
      violationsOf(post?.body, '{"item":"tea","parts":[{"item":"tea","line":1,"other":"abc"}]}'),
    ).to.deep.equal([]);
    expect(violationsOf(post?.body, '{"parts":[{"item":"t","line":"1","other":"abcd"}]}')).to.deep.equal([
      '/item is required',
      '/parts/0/item must NOT have fewer than 2 characters',
      '/parts/0/line must be integer',
      '/parts/0/other must NOT have more than 3 characters',
    ]);
    expect(violationsOf(list?.reply, '[{"item":"tea","id":9007199254740993}]')).to.deep.equal([]);
    expect(violationsOf(list?.reply, '[{"item":"tea","id":0}]')).to.deep.equal(['/0/id must be >= 1']);
  });

  it('counts where texts are coerced, and where defaults are filled in', () => {
    const readQuery = new SchemaCompiler().compileText(list?.query ?? false);
    const readPath = new SchemaCompiler().compileText(get?.params ?? false);

    expect({ ...readQuery({ tags: 'tea' }).values }).to.deep.equal({ tags: ['tea'], limit: 20 });
    expect(readQuery({ other: '1' }).violations).to.deep.equal([
      { pointer: '/other', detail: 'is not declared' },
    ]);
    expect({ ...readPath({ id: '7' }).values }).to.deep.equal({ id: 7 });
    expect(readPath({ id: 'x' }).violations).to.have.length(1);
  });

  it('is one component of OpenAPI and AsyncAPI, to which all its users refer', () => {
    const model = parse(file);

    const openApi = openApiOf(model, { version: '1' });
    const asyncApi = asyncApiOf(model, { version: '1' });

    const names = Object.keys(Object(valueAt(openApi, '/components/schemas')));
    expect(names.filter((name) => !name.includes('Problem'))).to.have.members([
      'Order',
      'Item',
      'Paging',
      'OrderPath',
    ]);
    const reference = { $ref: '#/components/schemas/Order' };
    const order = '/components/schemas/Order/properties';
    expect(valueAt(openApi, `${order}/parts/items`)).to.deep.equal(reference);
    expect(valueAt(openApi, `${order}/line`)).to.deep.equal({ type: 'integer' });
    const body = '/paths/~1orders/post/requestBody/content/application~1json/schema';
    expect(valueAt(openApi, body)).to.deep.equal(reference);
    expect(valueAt(openApi, '/paths/~1orders~1{id}/get/parameters/0/schema')).to.deep.equal({
      type: 'integer',
      minimum: 1,
    });
    expect(valueAt(openApi, '/paths/~1orders/get/parameters/0/name')).to.equal('limit');
    expect(valueAt(openApi, '/paths/~1orders/get/parameters/1/name')).to.equal('tags');
    expect(valueAt(asyncApi, '/components/schemas/Order/schema/properties/item')).to.deep.equal({
      $ref: '#/components/schemas/Item/schema',
    });
    expect(JSON.stringify([openApi, asyncApi])).not.to.contain('schemas~1');
  });

  it('is one type, and one more where defaults are filled in', () => {
    const types = typesOf(parse(file));

    expect(types.match(/^export type Order = /gm)).to.have.length(1);
    expect(types).to.contain('export type PostOrdersBody = Order;');
    expect(types).to.contain('export type GetOrdersByIdReply = Order;');
    expect(types).to.contain('parts?: Array<Order>;');
    expect(types).to.match(/export type Paging = \{\n {2}limit\?: number;/);
    expect(types).to.match(/export type PagingFilled = \{\n {2}limit: number;/);
    expect(types).to.match(/PostOrdersPayload = \{\n {2}item: Item;\n {2}parts\?: Array<Order>;/);
  });

  it('keeps clear of names that mean something else', () => {
    const model = parse(`
schemas:
  Array: { type: array, items: { $ref: '#/schemas/Problem' } }
  Problem: { type: string }
  PostABody: { type: integer }
endpoints:
  POST /a: { rpc: true, body: { $ref: '#/schemas/Array' }, reply: { $ref: '#/schemas/PostABody' } }
`);

    const openApi = openApiOf(model, { version: '1' });
    const types = typesOf(model);

    expect(valueAt(openApi, '/components/schemas/Problem')).to.have.property('description');
    expect(valueAt(openApi, '/components/schemas/Problem2')).to.deep.equal({ type: 'string' });
    expect(types).to.contain('export type Array2 = Array<Problem>;');
    expect(types).to.contain('export type PostABody = Array2;');
    expect(types).to.contain('export type PostABody2 = number;');
  });

  it('is the same component in whatever order it is referred to', () => {
    const schemas =
      'schemas: { Bare: { type: object }, Order: { properties: { bare: { $ref: "#/schemas/Bare" } } } }';
    const componentsOf = (bodies: readonly string[]): unknown => {
      const endpoints = bodies.map((body, index) => `  POST /${index}: { fanout: true, body: ${body} }\n`);
      const text = `${schemas}\nendpoints:\n${endpoints.join('')}`;
      return valueAt(openApiOf(parse(text), { version: '1' }), '/components/schemas');
    };
    const strict = '{ $ref: "#/schemas/Order", unevaluatedProperties: false }';
    const loose = '{ $ref: "#/schemas/Order" }';

    expect(componentsOf([strict, loose])).to.deep.equal(componentsOf([loose, strict]));
  });

  it('is noted if nothing refers to it', () => {
    const notes: FileProblem[] = [];
    parse('schemas:\n  A: { items: { $ref: "#/schemas/A" } }\nendpoints:\n  GET /a: { rpc: true }\n', {
      onNote: (note) => notes.push(note),
    });

    expect(notes.map(({ line, message }) => `${line} ${message}`)).to.deep.equal([
      '2 no schema refers to `#/schemas/A`',
    ]);
  });

  it('may be of any kind', () => {
    const { endpoints } = parse(
      "schemas: { Any: true, None: false }\nendpoints:\n  POST /a: { rpc: true, body: { $ref: '#/schemas/Any' }, reply: { $ref: '#/schemas/None' } }",
    );

    expect(violationsOf(endpoints[0]?.body, '1')).to.deep.equal([]);
    expect(violationsOf(endpoints[0]?.reply, '1')).to.have.length(1);
  });
});

const mistakes: Readonly<Record<string, readonly [schemas: string, body: string, ...problems: string[]]>> = {
  'a reference to nothing': [
    '  Order: {}',
    "{ $ref: '#/schemas/Ordr' }",
    '5:39 `$ref` leads to `#/schemas/Ordr`, but there is no such schema under `schemas`; did you mean `#/schemas/Order`?',
  ],
  'a reference to no part': [
    '  Order: { properties: { count: {} } }',
    "{ $ref: '#/schemas/Order/properties/cuont' }",
    '5:39 `$ref` leads to `#/schemas/Order/properties/cuont`, but `Order` has no schema there; did you mean `#/schemas/Order/properties/count`?',
  ],
  'a reference as other documents have it': [
    '  Order: {}',
    "{ items: { $ref: '#/components/schemas/Order' } }",
    '5:48 `$ref` leads to `#/components/schemas/Order`, which is not in this schema; did you mean `#/schemas/Order`?',
  ],
  'a reference to another part of the file': [
    '  Order: {}',
    "{ $ref: '#/endpoints/x' }",
    '5:39 `$ref` leads to `#/endpoints/x`, which is not in this schema; only what stands under `schemas` can be shared: write it there, and refer to `#/schemas/NAME`',
  ],
  'a reference in a shared schema to nothing': [
    "  Order: { properties: { a: { $ref: '#/schemas/Itm' }, b: { $ref: '#/$defs/c' } } }\n  Item: {}",
    "{ $ref: '#/schemas/Order' }",
    '2:37 `$ref` leads to `#/schemas/Itm`, but there is no such schema under `schemas`; did you mean `#/schemas/Item`?',
    '2:67 `$ref` leads to `#/$defs/c`, which is not in this schema',
  ],
  'a circle': [
    "  A: { $ref: '#/schemas/B' }\n  B: { allOf: [{ $ref: '#/schemas/A' }] }",
    "{ $ref: '#/schemas/A' }",
    '3:24 `$ref` leads back to itself without going deeper into the value; a schema may refer to itself only below a keyword such as `properties` or `items`',
  ],
  'a name that OpenAPI forbids': [
    '  Order line: {}',
    'true',
    '2:3 `Order line` must be 1 to 128 letters, digits, `_`, `.` or `-`: OpenAPI allows no others in the name of a component',
  ],
  'a number instead of a schema': [
    '  Order: 5\n  Item: { tpye: string }',
    "{ $ref: '#/schemas/Item' }",
    '2:10 `Order` must be a JSON Schema: a mapping such as `{ type: object }`, or `true` for anything',
    '3:11 unknown keyword `tpye`; did you mean `type`?',
  ],
  'a schema that is a document of its own': [
    '  Order: { $id: order, $dynamicAnchor: node }',
    "{ $ref: '#/schemas/Order' }",
    '2:12 `$id` does not work in a shared schema: refer to `#/schemas/Order`, or to a part of it',
    '2:24 `$dynamicAnchor` does not work in a shared schema: refer to `#/schemas/Order`, or to a part of it',
  ],
  'a user that is a document of its own': [
    '  Order: {}',
    "{ $id: x, $ref: '#/schemas/Order' }",
    '5:47 `$ref` leads to `#/schemas/Order`, which does not work in a schema with an `$id` or a `$dynamicRef`; write it without these',
  ],
  'a default that violates a shared schema': [
    '  Order: { properties: { a: { type: integer, default: x } } }',
    "{ $ref: '#/schemas/Order' }",
    '2:55 `default` violates its own schema: must be integer',
  ],
  'a mistake in a shared schema once': [
    '  Order: { pattern: "(" }',
    "{ anyOf: [{ $ref: '#/schemas/Order' }, { $ref: '#/schemas/Order' }] }",
    '2:12 `(` is not a regular expression: unterminated group',
  ],
};

describe('a mistake in shared schemas', () => {
  for (const [title, [schemas, body, ...problems]] of Object.entries(mistakes)) {
    it(`reports ${title}`, () => {
      const lines = schemas.split('\n');
      // The endpoint stands on line 5, whatever the number of schemas.
      const endpoints = `endpoints:\n  POST /a: { rpc: true, body: ${body} }\n`;
      const source = `schemas:\n${schemas}\n${lines.length === 1 ? '\n' : ''}${endpoints}`;

      expect(problemsOf(source)).to.deep.equal(problems);
    });
  }

  it('reports parameters that arrive as text at the shared schema', () => {
    const source = `schemas:
  Paging: { properties: { limit: { minimum: 1 } } }
endpoints:
  GET /a: { rpc: true, query: { $ref: '#/schemas/Paging' } }
  GET /b: { rpc: true, query: { $ref: '#/schemas/Paging' } }
`;

    expect(problemsOf(source)).to.deep.equal([
      '2:36 `limit` arrives as text, so `minimum` never judges it; add `type: integer`',
    ]);
  });

  it('reports parameters that no call can satisfy', () => {
    const source = `schemas:
  Path: { required: [tenant, id], properties: { id: { type: integer } } }
  Text: { type: string }
endpoints:
  GET /a/{id}: { rpc: true, params: { $ref: '#/schemas/Path' } }
  GET /b: { rpc: true, query: { $ref: '#/schemas/Text' } }
`;

    expect(problemsOf(source)).to.deep.equal([
      '5:29 `params` requires `tenant`, which the path does not have',
      '6:24 `query` is always an object, and what it refers to has the type string',
    ]);
  });
});
