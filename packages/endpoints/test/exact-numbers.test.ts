import { expect } from 'chai';
import { type JsonSchema, SchemaCompiler } from '../src/index.ts';
import { problemsOf } from './parse.ts';
import { cpuMsOf } from '../../../test/support/cpu-time.ts';

function isValid(schema: JsonSchema, text: string): boolean {
  return new SchemaCompiler().compileJson(schema)(JSON.parse(text), Buffer.from(text)).length === 0;
}

describe('a number that no double can represent', () => {
  for (const [text, schema, expected] of [
    ['9007199254740993', { maximum: 9007199254740992 }, false],
    ['9007199254740993', { minimum: 9007199254740992 }, true],
    ['9007199254740993', { exclusiveMinimum: 9007199254740992 }, true],
    ['9007199254740993', { const: 9007199254740992 }, false],
    ['9007199254740993', { enum: [9007199254740992, 'a'] }, false],
    ['9007199254740993', { multipleOf: 2 }, false],
    ['9007199254740994.0', { multipleOf: 2 }, true],
    ['123456789012345678901234567890', { multipleOf: 10 }, true],
    ['123456789012345678901234567891', { multipleOf: 10 }, false],
    ['0.10000000000000000000000001', { maximum: 0.1 }, false],
    ['0.10000000000000000000000000', { maximum: 0.1 }, true],
    ['1.00000000000000000001', { type: 'integer' }, false],
    ['1.00000000000000000000', { type: 'integer' }, true],
    ['100000000000000000000001e-1', { type: 'integer' }, false],
    ['100000000000000000000010e-1', { type: 'integer' }, true],
    ['1e-400', { type: 'integer' }, false],
    ['1e-400', { exclusiveMinimum: 0 }, true],
    ['-1e-400', { minimum: 0 }, false],
    ['1e-400', { const: 0 }, false],
    ['0e-400', { const: 0 }, true],
    ['[9007199254740992, 9007199254740993]', { uniqueItems: true }, true],
    ['[9007199254740993, 90071992547409930e-1]', { uniqueItems: true }, false],
    ['[12345678901234567890]', { items: { type: 'integer', minimum: 0 } }, true],
    ['9223372036854775807', { format: 'int64' }, true],
    ['9223372036854775808', { format: 'int64' }, false],
    ['-9223372036854775808', { format: 'int64' }, true],
    ['9007199254740993', { type: 'number' }, true],
    ['9007199254740993', { type: 'object' }, false],
    [
      '{"__proto__": 9007199254740993}',
      { properties: { ['__proto__']: {} }, maxProperties: 0, enum: [] },
      false,
    ],
  ] as const) {
    it(`is judged as it is written: ${text} by ${JSON.stringify(schema)}`, () => {
      expect(isValid(schema, text)).to.equal(expected);
    });
  }

  it('is judged at its own place, whatever surrounds it', () => {
    const schema = { properties: { ['__proto__']: { maximum: 9007199254740992 }, 'a"\\': { const: 'é' } } };

    const text = '{ "a\\"\\\\" : "\\u00e9" , "b":[true,null,{}, [ ]],\n"__proto__":9007199254740993 }';
    const violations = new SchemaCompiler().compileJson(schema)(JSON.parse(text), Buffer.from(text));

    expect(violations).to.deep.equal([{ pointer: '/__proto__', detail: 'must be <= 9007199254740992' }]);
  });

  it('takes time in proportion to its length', () => {
    const text = `${'9'.repeat(1_000_000)}e-999990`;

    const judge = (): void => {
      expect(isValid({ multipleOf: 0.01, maximum: 10_000_000_000 }, text)).to.equal(false);
    };
    expect(cpuMsOf(judge)).to.be.below(2000);
  });
});

describe('a number in the file that no double can represent', () => {
  for (const [title, body, problem] of [
    [
      'a limit',
      '{ maximum: 9007199254740993 }',
      '2:45 `9007199254740993` would be rounded to 9007199254740992',
    ],
    [
      'a default',
      '{ default: 12345678901234567890 }',
      '2:45 `12345678901234567890` would be rounded to 12345678901234567000',
    ],
    [
      'a fraction',
      '{ const: 0.1000000000000000000001 }',
      '2:43 `0.1000000000000000000001` would be rounded to 0.1',
    ],
    [
      'a hexadecimal one',
      '{ const: 0x20000000000001 }',
      '2:43 `0x20000000000001` would be rounded to 9007199254740992',
    ],
    ['one too small', '{ const: 1e-400 }', '2:43 `1e-400` would be rounded to 0'],
  ] as const) {
    it(`is refused with its place: ${title}`, () => {
      const source = `endpoints:\n  POST /a: { fanout: true, body: ${body} }`;

      expect(problemsOf(source)).to.deep.equal([
        `${problem}; write a number that a double can represent, or quote it as text`,
      ]);
    });
  }

  it('is refused where it comes from a variable', () => {
    const source =
      'endpoints:\n  POST /a:\n    fanout: true\n    body: { maximum: "${MOST}" }\n    summary: ${MOST}';

    expect(problemsOf(source.replace('"${MOST}"', '1'), { env: { MOST: '9007199254740993' } })).to.deep.equal(
      [
        '5:14 `9007199254740993` would be rounded to 9007199254740992; write a number that a double can represent, or quote it as text',
      ],
    );
  });

  it('does not include other numbers', () => {
    const source =
      'endpoints:\n  POST /a: { fanout: true, body: { enum: [0.1, 1.0, 1e21, -0, +7, .5, 1., 0x1F, 0o17, 1.50, 9007199254740992] } }';

    expect(problemsOf(source)).to.deep.equal([]);
  });
});
