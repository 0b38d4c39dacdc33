import { expect } from 'chai';
import * as fc from 'fast-check';
import { stringify } from 'yaml';
import { ConfigError } from '@restmapper/core';
import type { Model } from '../src/index.ts';
import { parse } from './parse.ts';

/** Parses anything; throws nothing but a ConfigError with a place. */
function attempt(source: string): Model | undefined {
  try {
    return parse(source);
  } catch (error) {
    expect(error).to.be.instanceOf(ConfigError);
    const { problems } = error as ConfigError;
    expect(problems).not.to.deep.equal([]);
    for (const { line, column } of problems) expect(Math.min(line, column)).to.be.at.least(1);
    return undefined;
  }
}

const words = fc.constantFrom(
  ...`endpoints workers feeds fanout rpc timeout 10s status body query params reply properties type object
  enum $ref # on use append page ./w.ts table t queue batch size wait feed maxAge maxBytes \${A} \${B:-1}
  internal inputs outputs schemas auth schemes default scopes public headers consumes produces replyHeaders location
  columns where from type bigint sql statement expect one migrations include queue exchange routingKey bind match x-match declare format
  {data.a} params.id data.a hmac github jwt apiKey tags with database whenAway answer id publish append
  required items additionalProperties $defs #/schemas/type application/json text/csv allOf
  __proto__ constructor toString`.split(/\s+/),
  'GET /a',
  'POST /b/{id}',
);

const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 5 },
    fc.oneof(words, fc.boolean(), fc.integer(), fc.constant(null), fc.string()),
    fc.array(tie('tree'), { maxLength: 4 }),
    fc.array(fc.tuple(words, tie('tree')), { maxLength: 6 }).map((entries) => new Map(entries)),
  ),
}));

describe('any file', () => {
  it('is parsed into a model or a ConfigError, for any text', () => {
    const fragment = fc.oneof(
      words,
      fc.constantFrom(
        ': ',
        '\n',
        '\n  ',
        '- ',
        '{',
        '}',
        '[',
        ']',
        ',',
        '"',
        "'",
        '&x ',
        '*x',
        '!t ',
        '|',
        '>',
        '#',
        '\t',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    );
    const text = fc.array(fragment, { maxLength: 40 }).map((fragments) => fragments.join(''));

    fc.assert(
      fc.property(text, (source) => void attempt(source)),
      { numRuns: 1000 },
    );
  });

  it('is parsed into a model or a ConfigError, for any values', () => {
    const file = fc.record(
      {
        endpoints: fc.oneof(tree, fc.dictionary(fc.constantFrom('GET /a', 'PUT /{x}', 'put /'), tree)),
        workers: fc.oneof(tree, fc.dictionary(fc.constantFrom('v', 'w', 'w w'), tree)),
        feeds: tree,
        internal: fc.oneof(tree, fc.dictionary(fc.constantFrom('a', 'b.c', 'B'), tree)),
        inputs: fc.oneof(tree, fc.dictionary(fc.constantFrom('a', 'i'), tree)),
        outputs: fc.oneof(tree, fc.dictionary(fc.constantFrom('a', 'o'), tree)),
        schemas: tree,
        auth: tree,
        migrations: tree,
        plugins: fc.oneof(tree, fc.dictionary(fc.constantFrom('a', 'checks', '__proto__'), tree)),
        info: tree,
      },
      { requiredKeys: [] },
    );

    fc.assert(
      fc.property(file, (value) => void attempt(stringify(value))),
      { numRuns: 500 },
    );
  });

  const unwritable = '{ toString: [] }';
  for (const source of [
    `{ endpoints: { GET /a: { rpc: true } }, workers: { w: { on: [${unwritable}], use: page, table: t } } }`,
    `{ schemas: { A: { $ref: ${unwritable} } }, endpoints: { GET /a: { rpc: true } } }`,
    `endpoints: { GET /a: { rpc: true, headers: { required: [${unwritable}] } } }`,
  ]) {
    it(`is refused with a value that has no text: ${source}`, () => {
      expect(attempt(source)).to.equal(undefined);
    });
  }

  it('is parsed into a frozen model', () => {
    const model = parse(`endpoints:
  PUT /a/{id}: { rpc: { timeout: 1s }, body: { enum: [{ a: [1] }] }, query: { properties: { q: {} } }, feed: f }
workers:
  w: { on: "PUT /a/{id}", use: ./w.ts }
`);

    expect(mutableParts(model)).to.deep.equal([]);
  });
});

function mutableParts(value: unknown): readonly unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(mutableParts);
  return Object.isFrozen(value) ? inner : [value, ...inner];
}
