import { expect } from 'chai';
import { SchemaComparison } from '../../src/compare/schema/compare-schemas.ts';
import { SchemaSource } from '../../src/compare/schema/schema-source.ts';
import type { JsonSchema } from '../../src/model/model.ts';
import { SchemaCompiler } from '../../src/json-schema/schema-compiler.ts';

/** Schemas that are combined with each other at every level. */
const leaves = [
  true,
  { type: 'string' },
  { type: ['string', 'null'] },
  { type: 'integer', minimum: 1 },
  { type: 'number', exclusiveMinimum: 0, maximum: 3 },
  { type: 'integer', multipleOf: 2 },
  { enum: ['a', 1] },
  { const: 'a' },
  { type: 'string', minLength: 2 },
  { type: 'string', pattern: '^a' },
  { minLength: 1, maximum: 2 },
  { not: { type: 'string' } },
];

const values = [
  null,
  true,
  0,
  1,
  1.5,
  2,
  3,
  4,
  '',
  'a',
  'ab',
  'b',
  [],
  ['a'],
  [1, 'ab'],
  {},
  { a: 'a' },
  { a: 2 },
  { a: 'a', b: 1 },
  { b: 'ab' },
];

/** Schemas made of two leaves. */
const combine: readonly ((a: unknown, b: unknown) => object)[] = [
  (a, b) => ({ anyOf: [a, b] }),
  (a, b) => ({ oneOf: [a, b] }),
  (a, b) => ({ allOf: [a, b] }),
  (a, b) => ({ type: 'array', items: a, contains: b }),
  (a, b) => ({ prefixItems: [a], items: b }),
  (a, b) => ({ type: 'object', properties: { a }, additionalProperties: b }),
  (a, b) => ({ properties: { a, b }, required: ['a'] }),
  (a, b) => ({ allOf: [{ properties: { a }, additionalProperties: false }, { properties: { b } }] }),
];

/** Numbers that are the same in each run. */
function* numbers(seed: number): Generator<number, never> {
  let state = seed;
  for (;;) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

const random = numbers(7);

function pick<T>(list: readonly T[]): T | undefined {
  return list[Math.floor(random.next().value * list.length)];
}

function makeSchema(): object | boolean {
  const leaf = () => pick(leaves) ?? true;
  if (random.next().value < 0.2) return leaf();
  return pick(combine)?.(leaf(), leaf()) ?? true;
}

function validatorOf(schema: object | boolean): (value: unknown) => boolean {
  const validate = new SchemaCompiler().compileJson(schema as JsonSchema);
  return (value) => validate(value, Buffer.from(JSON.stringify(value))).length === 0;
}

describe('the comparison of random schemas', () => {
  it('names no change as certain if a value shows the opposite', () => {
    const sources = { before: new SchemaSource({}), after: new SchemaSource({}) };
    let judged = 0;
    for (let round = 0; round < 1000; round += 1) {
      const [before, after] = [makeSchema(), makeSchema()];
      const findings = new SchemaComparison({ ...sources, direction: 'request' }).compare(before, after);
      if (findings.some(({ severity }) => severity !== 'compatible')) continue;
      judged += 1;
      const [old, now] = [before, after].map((schema) => validatorOf(schema));

      const refused = values.filter((value) => old?.(value) && !now?.(value));

      // A new property of an open object is compatible: callers are not expected to have sent it.
      const isNew = findings.some(({ message }) => message === 'is new');
      if (!isNew) expect(refused, JSON.stringify([before, after, findings])).to.deep.equal([]);
    }
    expect(judged).to.be.greaterThan(50);
  });
});
