import { expect } from 'chai';
import { type JsonSchema, SchemaCompiler } from '../src/index.ts';
import type { Violation } from '@restmapper/core';
import { cpuMsOf } from '../../../test/support/cpu-time.ts';

/** Validates values as if they had come as this many bytes of JSON, else as they are written. */
function judge(schema: JsonSchema): (value: unknown, bytes?: number) => readonly Violation[] {
  const validate = new SchemaCompiler().compileJson(schema);
  return (value, bytes) =>
    validate(value, bytes === undefined ? Buffer.from(JSON.stringify(value)) : Buffer.alloc(bytes));
}

describe('SchemaCompiler', () => {
  it('points at missing, unwanted and wrong members', () => {
    const validate = judge({
      type: 'object',
      properties: { a: { type: 'string' }, 'b/c': { enum: [1, 2] } },
      required: ['d'],
      additionalProperties: false,
    });

    const pointers = validate({ a: 1, 'b/c': 3, 'x~': 1 }).map(({ pointer }) => pointer);

    expect(pointers).to.have.members(['/a', '/b~1c', '/d', '/x~0']);
  });

  it('looks for only one violation in large values', () => {
    const validate = judge({ type: 'array', items: { type: 'string' } });

    expect(validate(Array(10_000).fill(1), 20_000)).to.have.length(1);
  });

  it('reports at most fifty violations', () => {
    const validate = judge({ type: 'array', items: { type: 'string' } });

    expect(validate(Array(1000).fill(1))).to.have.length(50);
  });

  it('does not count inherited properties as members', () => {
    const validate = judge({
      properties: { constructor: { type: 'string' } },
      required: ['toString'],
    });

    expect(validate({}).map(({ pointer }) => pointer)).to.deep.equal(['/toString']);
  });

  it('treats a value too deep for a recursive schema as a violation', () => {
    const validate = judge({ type: 'array', items: { $ref: '#' } });
    const deep: unknown = JSON.parse('['.repeat(50_000) + ']'.repeat(50_000));

    expect(validate(deep, 100_000)).to.have.length(1);
  });

  it('compiles the same $id for two endpoints', () => {
    const compiler = new SchemaCompiler();
    const schema = { $id: 'https://example.org/a', type: 'string' };

    compiler.compileJson(schema);
    const validate = compiler.compileJson({ ...schema, type: 'number' });

    expect(validate(1, Buffer.from('1'))).to.deep.equal([]);
  });

  it('follows references within each schema', () => {
    const compiler = new SchemaCompiler();
    const texts = compiler.compileJson({
      $defs: { a: { type: 'string' } },
      properties: { a: { $ref: '#/$defs/a' }, more: { $ref: '#' } },
    });
    const numbers = compiler.compileJson({
      $defs: { a: { type: 'number' } },
      properties: { a: { $ref: '#/$defs/a' }, more: { $ref: '#' } },
    });
    const value = { more: { a: 1 } };
    const bytes = Buffer.from(JSON.stringify(value));

    expect([texts(value, bytes).length, numbers(value, bytes).length]).to.deep.equal([1, 0]);
  });

  it('checks formats', () => {
    const validate = judge({ type: 'string', format: 'date' });

    expect([validate('2024-02-29'), validate('2023-02-29')].map(({ length }) => length)).to.deep.equal([
      0, 1,
    ]);
  });

  it('remembers no location of a large value that needs no more steps than its size allows', () => {
    const validate = judge({
      $defs: { n: { type: 'integer' } },
      items: { anyOf: [{ $ref: '#/$defs/n' }, true] },
    });
    const large = Array.from({ length: 500_000 }, () => 1);

    const before = process.memoryUsage().heapUsed;
    const violations = validate(large, 1_000_000);

    expect(violations).to.deep.equal([]);
    // Remembered, each of them would take some hundred bytes.
    expect(process.memoryUsage().heapUsed - before).to.be.below(100_000_000);
  });

  it('evaluates a schema once that many references reach, also in the deepest place', () => {
    const validate = judge({
      anyOf: [
        { required: ['x'], properties: { a: { $ref: '#' } } },
        { properties: { a: { $ref: '#' }, b: { type: 'string' } } },
      ],
    });
    const nested = (innermost: unknown) =>
      Array.from({ length: 100 }).reduce<unknown>((inner) => ({ a: inner }), innermost);

    expect(validate(nested({ b: 'x' }))).to.deep.equal([]);
    expect(validate(nested({ b: 1 })).length).to.be.within(1, 50);
  });

  it('refuses a value that takes more work than its size allows', () => {
    const branches = Array.from({ length: 2_000 }, (_, index) => ({ const: index }));
    const validate = judge({ items: { anyOf: branches } });

    expect(validate(Array(1_000).fill(1_999))).to.deep.equal([
      { pointer: '', detail: 'takes more work to check than its size allows' },
    ]);
    expect(validate([1_999, 0])).to.deep.equal([]);
  });

  for (const [keyword, schema] of [
    ['uniqueItems', { uniqueItems: true, items: { $ref: '#' } }],
    ['const', { anyOf: [{ const: [] }, { items: { $ref: '#' } }] }],
    ['enum', { anyOf: [{ enum: [{}, 'a'] }, { items: { $ref: '#' } }] }],
  ] as const) {
    it(`counts the comparisons of ${keyword}, also where it repeats them on every level`, () => {
      const validate = judge(schema);
      const items = Array.from({ length: 100_000 }, (_, index) => index);
      const nested = (levels: number) =>
        Array.from({ length: levels }).reduce<unknown>((inner) => [inner], items);

      expect(validate(nested(3))).to.deep.equal([]);
      expect(validate(nested(200))).to.deep.equal([
        { pointer: '', detail: 'takes more work to check than its size allows' },
      ]);
    });
  }

  for (const [keyword, list] of [
    ['uniqueItems', { uniqueItems: true }],
    ['items', { items: true }],
    ['contains', { contains: false, minContains: 0 }],
  ] as const) {
    it(`counts the steps of ${keyword}, also where many references lead to it`, () => {
      const inner = { a: { $ref: '#' }, list };
      const validate = judge({
        anyOf: [{ properties: inner, additionalProperties: false }, { properties: { ...inner, k: true } }],
      });
      const innermost = { list: Array.from({ length: 100_000 }, (_, index) => index) };
      const nested = Array.from({ length: 11 }).reduce<unknown>((deeper) => ({ k: 1, a: deeper }), innermost);

      // Each level doubled the time, to ten seconds and more.
      expect(cpuMsOf(() => expect(validate(nested)).to.deep.equal([]))).to.be.below(3_000);
    });
  }

  it('truncates the place of a violation, however deep it is', () => {
    const validate = judge({ type: 'array', items: { $ref: '#' } });
    const nested = Array.from({ length: 400 }).reduce<unknown>((inner) => [inner], 1);

    const [violation] = validate(nested);

    expect(violation?.pointer).to.equal(`${'/0'.repeat(255)}/…`);
  });

  it('writes the place of many violations at the same depth once', () => {
    const validate = judge({ type: 'array', items: { $ref: '#' } });
    const nested = Array.from({ length: 400 }).reduce<unknown>((inner) => [inner], Array(7_000).fill(1));

    // It took half a second when each of them went all the way up.
    expect(cpuMsOf(() => validate(nested))).to.be.below(250);
  });

  it('judges a long regex without gathering the characters of its classes', () => {
    const validate = judge({ format: 'regex' });

    const long = `[${String.raw`\p{L}`.repeat(20_000)}]`;

    // RegExp takes seconds.
    expect(cpuMsOf(() => expect(validate(long)).to.deep.equal([]))).to.be.below(1_000);
    expect(validate('(')).to.have.length(1);
    expect(validate('('.repeat(100_000) + ')'.repeat(100_000))).to.have.length(1);
  });

  it('refuses a URI too long for the stack of patterns', () => {
    const user = `https://${'a'.repeat(8 << 20)}@example.org/`;

    expect(judge({ format: 'uri' })(user)).to.deep.equal([
      { pointer: '', detail: 'must match format "uri"' },
    ]);
  });
});
