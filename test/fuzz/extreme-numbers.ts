import { type Arbitrary, constantFrom, integer, oneof, tuple } from 'fast-check';

/** The limits of doubles and of PostgreSQL's numeric. */
const borders = [
  0,
  15,
  16,
  17,
  308,
  309,
  323,
  324,
  1_000,
  16_383,
  16_384,
  131_071,
  131_072,
  400_000,
  2 ** 31,
];

const mantissas = constantFrom(
  '0',
  '1',
  '-1',
  '9',
  '1.5',
  '-0.0',
  '0.1',
  '9007199254740993',
  '1'.repeat(400),
);

const exponents = oneof(
  tuple(constantFrom('e', 'E'), constantFrom('', '+', '-'), constantFrom(...borders)),
  tuple(constantFrom('e', 'E'), constantFrom('', '+', '-'), integer({ min: 0, max: 500_000 })),
);

/** JSON numbers that few programs can write out. */
export const extremeNumber: Arbitrary<string> = tuple(mantissas, exponents).map(
  ([mantissa, exponent]) => mantissa + exponent.join(''),
);
