import { expect } from 'chai';
import { type JsonSchema, SchemaCompiler } from '../../src/index.ts';

const compiler = new SchemaCompiler();

function fill(schema: JsonSchema, json: string, maxBytes = 1_000_000): string | undefined {
  const filled = compiler.compileDefaults(schema)?.(Buffer.from(json), maxBytes);
  return filled && String(filled);
}

const item: JsonSchema = {
  type: 'object',
  properties: { n: { default: 1 }, sub: { type: 'object', properties: { s: { default: 'x"é' } } } },
};

describe('the defaults of a body', () => {
  for (const [title, schema, json, filled] of [
    ['an empty object', item, '{}', '{"n":1}'],
    ['white space', item, ' { \n} ', ' {"n":1 \n} '],
    ['other members', item, '{ "a" : 1 }', '{ "a" : 1,"n":1 }'],
    ['a nested object', item, '{"sub":{},"n":2}', '{"sub":{"s":"x\\"é"},"n":2}'],
    [
      'numbers that no double has',
      item,
      '{"a":12345678901234567890,"b":1.0}',
      '{"a":12345678901234567890,"b":1.0,"n":1}',
    ],
    [
      'braces and quotes in text',
      item,
      '{"a":"}{\\"","sub":{"t":"]"}}',
      '{"a":"}{\\"","sub":{"t":"]","s":"x\\"é"},"n":1}',
    ],
    ['items', { items: item }, '[{}, 7, {"n":0},[]]', '[{"n":1}, 7, {"n":0},[]]'],
    ['first items', { prefixItems: [true, item], items: false }, '[{},{}]', '[{},{"n":1}]'],
    ['items after the first', { prefixItems: [true], items: item }, '[{},{}]', '[{},{"n":1}]'],
    ['references', { $ref: '#/$defs/i', $defs: { i: item } }, '{}', '{"n":1}'],
    [
      'a default of a reference',
      { properties: { a: { $ref: '#/$defs/a' } }, $defs: { a: { default: 2 } } },
      '{}',
      '{"a":2}',
    ],
    [
      'its own default before that of a reference',
      { properties: { a: { $ref: '#/$defs/a', default: 3 } }, $defs: { a: { default: 2 } } },
      '{}',
      '{"a":3}',
    ],
    ['allOf', { allOf: [item, { properties: { m: { default: null } } }] }, '{}', '{"n":1,"m":null}'],
    ['the same default twice', { allOf: [item, { properties: { n: { default: 1 } } }] }, '{}', '{"n":1}'],
    [
      'a recursive schema',
      { properties: { n: { default: 1 }, sub: { $ref: '#' } } },
      '{"sub":{"sub":{}}}',
      '{"sub":{"sub":{"n":1},"n":1},"n":1}',
    ],
    [
      'a default with defaults',
      { properties: { sub: { default: {}, properties: { s: { default: 1 } } } } },
      '{}',
      '{"sub":{"s":1}}',
    ],
    [
      'names of the prototype',
      JSON.parse('{"properties":{"__proto__":{"default":1},"constructor":{"default":2}}}'),
      '{}',
      '{"__proto__":1,"constructor":2}',
    ],
  ] as const) {
    it(`are filled in: ${title}`, () => {
      expect(fill(schema as JsonSchema, json)).to.equal(filled);
    });
  }

  for (const [title, schema, json] of [
    ['nothing is missing', item, '{"n":0}'],
    ['a name has escapes', item, '{"\\u006e":0}'],
    ['a member is null', item, '{"n":null,"sub":null}'],
    ['it is not an object', item, '[{}]'],
    ['it is a scalar', item, ' 12345678901234567890 '],
  ] as const) {
    it(`leave the same bytes if ${title}`, () => {
      const bytes = Buffer.from(json);

      expect(compiler.compileDefaults(schema)?.(bytes, 1000)).to.equal(bytes);
    });
  }

  for (const [title, schema] of [
    ['no default', { properties: { a: { type: 'integer' } } }],
    ['a default of the whole', { default: {} }],
    ['a condition', { anyOf: [item], oneOf: [item] }],
    [
      'two that differ',
      { allOf: [{ properties: { a: { default: 1 } } }, { properties: { a: { default: 2 } } }] },
    ],
    ['a boolean', true],
  ] as const) {
    it(`are none with ${title}`, () => {
      expect(compiler.compileDefaults(schema)).to.equal(undefined);
    });
  }

  it('are refused where they would contain themselves', () => {
    const schema = { properties: { a: { default: {}, $ref: '#' } } };

    expect(() => compiler.compileDefaults(schema)).to.throw('the default of a fills in itself');
  });

  it('stop at the longest result', () => {
    const many = `[${'{},'.repeat(100_000)}{}]`;

    expect(fill({ items: item }, '[{}]', 11)).to.equal('[{"n":1}]');
    expect(fill({ items: item }, '[{}]', 8)).to.equal(undefined);
    expect(fill({ items: item }, many, 500_000)).to.equal(undefined);
    expect(JSON.parse(fill({ items: item }, many) ?? '')).to.have.length(100_001);
  });

  it('take time in proportion to the text, however deep it is', () => {
    const depth = 190;
    const deep = `${'{"sub":'.repeat(depth)}"${'x'.repeat(1_000_000)}"${'}'.repeat(depth)}`;
    const schema = { properties: { n: { default: 1 }, sub: { $ref: '#' } } };

    expect(fill(schema, deep, 2_000_000)).to.have.length(deep.length + depth * ',"n":1'.length);
  });
});
