import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import ts from 'typescript';
import { typesOf } from '../../../src/index.ts';
import { parse } from '../../parse.ts';

const source = `endpoints:
  POST /orders/:
    summary: Place an order
    fanout: true
    body:
      $defs: { part: { type: object, properties: { parts: { type: array, items: { $ref: "#/$defs/part" } } } } }
      type: object
      required: [article]
      properties:
        article: { type: string, description: What is ordered. }
        part: { $ref: "#/$defs/part" }
  GET /orders/{id}:
    rpc: true
    params: { properties: { id: { type: integer } } }
    query: { properties: { limit: { type: integer, default: 20 }, state: { enum: [open, done] } } }
    reply: { type: array, items: { type: string } }
  PUT /any: { rpc: true, body: true }
  PUT /shapes:
    rpc: true
    body:
      type: object
      required: [kind]
      properties: { kind: { enum: [circle, square] }, radius: { type: number }, side: { type: number } }
      oneOf:
        - { required: [radius], properties: { kind: { const: circle } } }
        - { required: [side], properties: { kind: { const: square } } }
  POST /:
    rpc: true
    body: { $defs: { x body: { type: integer } }, type: array, items: { $ref: "#/$defs/x body" } }
  POST /body/x: { rpc: true, body: { type: string } }
  PUT /counts:
    rpc: true
    body: { type: object, patternProperties: { "^c": { type: integer } }, additionalProperties: false }
    reply: { type: object, properties: { a: { type: string } }, patternProperties: { "^c": { type: integer } } }
  GET /orders/: { rpc: true, query: {} }
workers:
  orders_post: { on: POST /orders/, use: append, table: t }
  orders_get: { on: GET /orders/, use: page, table: t }
`;

/** The compiler's errors in a program that uses the types. */
function errorsOf(types: string, program: string): readonly string[] {
  const files = new Map([
    ['/types.ts', types],
    ['/program.ts', `import type { Endpoints, PostOrdersBody } from './types';\n${program}`],
  ]);
  const options = {
    strict: true,
    noEmit: true,
    target: ts.ScriptTarget.ES2023,
    lib: ['lib.es2023.d.ts'],
    types: [],
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.getSourceFile = (name, ...rest) => {
    const text = files.get(name);
    return text === undefined
      ? getSourceFile(name, ...rest)
      : ts.createSourceFile(name, text, ts.ScriptTarget.ES2023);
  };
  host.fileExists = (name) => files.has(name) || fileExists(name);
  host.readFile = (name) => files.get(name) ?? readFile(name);
  return ts
    .getPreEmitDiagnostics(ts.createProgram(['/program.ts'], options, host))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

describe('typesOf', function () {
  this.timeout(30_000);

  it('writes types for clients and handlers', () => {
    const errors = errorsOf(
      typesOf(parse(source)),
      `
type Post = Endpoints['POST /orders/'];
type Get = Endpoints['GET /orders/{id}'];
export const body: Post['body'] = { article: 'x', part: { parts: [{ parts: [] }] } } satisfies PostOrdersBody;
export const nothing: [Post['query'], Post['args'], Post['params']] = [null, null, {}];
export const query: Get['query'] = { state: 'open' };
export const handle = ({ limit }: Get['args'], { id }: Get['params']): number => limit + id;
export const reply: Get['reply'] = ['x'];
export const any: Endpoints['PUT /any']['body'] = new Date();
export const circle: Endpoints['PUT /shapes']['body'] = { kind: 'circle', radius: 1 };
export const counts: Endpoints['PUT /counts']['body'] = { c1: 1 };
export const mixed: Endpoints['PUT /counts']['reply'] = { a: 'x', c1: 1 };
export const empty: Endpoints['GET /orders/']['args'] = {};
export const total: number = ({} as Endpoints['GET /orders/']['reply']).total;
// @ts-expect-error: a circle has a radius
export const flat: Endpoints['PUT /shapes']['body'] = { kind: 'circle', side: 1 };
export const numbers: Endpoints['POST /']['body'] = [1];
export const named: Endpoints['POST /body/x']['body'] = 'x';
// @ts-expect-error: a count is a number
export const text: Endpoints['PUT /counts']['body'] = { c1: 'x' };
// @ts-expect-error: an endpoint without parameters in its path has none
export const params: Post['params'] = { id: 7 };
// @ts-expect-error: the article is missing
export const incomplete: Post['body'] = {};
// @ts-expect-error: a part is not text
export const wrong: Post['body'] = { article: 'x', part: { parts: ['x'] } };
// @ts-expect-error: there is no such state
export const state: Get['query'] = { state: 'lost' };
// @ts-expect-error: defaults are filled in only on the way to the handler
export const limit: number = ({} as NonNullable<Get['query']>).limit;
`,
    );

    expect(errors).to.deep.equal([]);
  });

  it('writes the messages of each feed for watchers', () => {
    const feeds = `endpoints:
  POST /orders/: { fanout: true, body: { $defs: { n: { type: integer } }, type: object, required: [n], properties: { n: { $ref: "#/$defs/n" }, s: { type: string } } }, feed: all }
  POST /b: { rpc: true, body: { type: string }, feed: all }
  POST /c: { fanout: true, body: { type: object, required: [n, u], properties: { n: { type: integer }, s: { type: string } } }, feed: some }
  POST /d: { fanout: true, body: { type: object }, feed: signal }
feeds:
  some: { payload: [n, u] }
  signal: { payload: none }
`;

    const errors = errorsOf(
      typesOf(parse(feeds)),
      `
type Feeds = import('./types').Feeds;
export const both: Feeds['all'][] = ['text', { n: 1, s: 'x' }];
export const some: Feeds['some'] = { n: 1, u: 'anything' };
export const signal: Feeds['signal'] = null;
export type First = Endpoints['POST /orders/']['body'] | PostOrdersBody;
// @ts-expect-error: the feed passes no other field
export const other: Feeds['some'] = { n: 1, u: 2, s: 'x' };
// @ts-expect-error: a number
export const wrong: Feeds['all'] = { n: 'x' };
`,
    );

    expect(errors).to.deep.equal([]);
    expect(typesOf(parse('endpoints: { GET /a: { rpc: true } }'))).to.include('export interface Feeds {}');
  });

  it('describes each endpoint', () => {
    const types = typesOf(parse(source));

    expect(types).to.match(/^\/\/ .* do not edit\.\n/);
    expect(types).to.contain('  /** Place an order */\n  "POST /orders/": {\n    body: PostOrdersBody;\n');
    expect(types).to.contain('  /** What is ordered. */\n  article: string;\n');
  });

  it('writes types of the shipped file that compile', () => {
    const shipped = readFileSync(new URL('../../../../../endpoints.yaml', import.meta.url), 'utf8');
    const types = typesOf(parse(shipped));

    expect(
      errorsOf(
        `${types}\nexport type PostOrdersBody = 0;`,
        'export type Keys = keyof Endpoints | PostOrdersBody;',
      ),
    ).to.deep.equal([]);
  });
});
