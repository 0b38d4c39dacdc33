import { type Arbitrary, array, constantFrom, integer, json, oneof, string, uint8Array } from 'fast-check';
import { extremeNumber } from './extreme-numbers.ts';

const brackets = integer({ min: 1, max: 6_000 });

/** Inputs that JSON parsers disagree about or fail on. */
const edges: Arbitrary<string> = oneof(
  constantFrom(
    '',
    ' ',
    'null',
    '{"a":1,"a":2}',
    '{"__proto__":{"admin":true}}',
    '{"constructor":{"prototype":1}}',
    '{"toString":null,"length":-1}',
    '"\\u0000"',
    '{"\\u0000":1}',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\ud83d\ude00"',
    '\ufeff{}',
    '{}\ufeff',
    '1e400',
    '-0',
    '-0.0e-0',
    '1e-400',
    '12345678901234567890.1234567890',
    '0x10',
    '01',
    '+1',
    '.5',
    '1.',
    'NaN',
    'Infinity',
    "{'a':1}",
    '{a:1}',
    '[1,]',
    '[,1]',
    '{"a":1,}',
    '[1 2]',
    '{"a" 1}',
    '// a comment\n{}',
    '{}{}',
    '{}\n{}',
    '[1]]',
    '"a\tb"',
    '"a\nb"',
    '"\\x41"',
    '"\\u00g0"',
    '\u2028',
    'tru',
    'nulll',
  ),
  extremeNumber,
  extremeNumber.map((number) => `[${number},{"a":${number}}]`),
  brackets.map((depth) => '['.repeat(depth)),
  brackets.map((depth) => '['.repeat(depth) + ']'.repeat(depth)),
  brackets.map((depth) => '{"a":'.repeat(depth) + '1' + '}'.repeat(depth)),
  integer({ min: 1, max: 40_000 }).map((length) => `"${'x'.repeat(length)}"`),
  integer({ min: 1, max: 3_000 }).map((digits) => `1${'0'.repeat(digits)}`),
);

/** Bodies for an endpoint that accepts JSON: valid ones, edge cases, and anything else. */
export const jsonBody: Arbitrary<Buffer> = oneof(
  json({ maxDepth: 4 }).map((text) => Buffer.from(text)),
  json({ maxDepth: 2 }).map((text) => Buffer.from(`{"a":${text}}`)),
  edges.map((text) => Buffer.from(text)),
  edges.map((text) => Buffer.from(`{"a":${text}}`)),
  string({ unit: 'binary', maxLength: 50 }).map((text) => Buffer.from(JSON.stringify({ a: text }))),
  array(constantFrom(...Array.from('{}[]":,\\u0123eE+-. tnf')), { maxLength: 40 }).map((marks) =>
    Buffer.from(marks.join('')),
  ),
  uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);
