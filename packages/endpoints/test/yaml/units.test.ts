import { expect } from 'chai';
import * as fc from 'fast-check';
import { parseDuration, parseSize } from '../../src/yaml/units.ts';

describe('parseDuration', () => {
  const milliseconds = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

  it('reads any whole number of any unit', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.constantFrom('ms', 's', 'm', 'h' as const), (count, unit) => {
        expect(parseDuration(`${count}${unit}`)).to.equal(count * milliseconds[unit]);
      }),
    );
  });

  it('returns a safe integer or undefined for any text', () => {
    const text = fc.oneof(fc.string(), fc.stringMatching(/^[0-9.e-]{0,20}(ms|s|m|h|d|S)?$/));
    fc.assert(
      fc.property(text, (text) => {
        expect(parseDuration(text)).to.satisfy(
          (value: unknown) => value === undefined || Number.isSafeInteger(value),
        );
      }),
    );
  });

  for (const text of [
    '',
    '10',
    's',
    '1.5s',
    '-1s',
    '10 s',
    '10S',
    '1d',
    '1m30s',
    '10toString',
    '9007199254740993ms',
  ]) {
    it(`returns undefined for ${JSON.stringify(text)}`, () => {
      expect(parseDuration(text)).to.equal(undefined);
    });
  }
});

describe('parseSize', () => {
  it('counts by powers of 1000', () => {
    const sizes = ['512B', '64KB', '1MB', '2GB'].map(parseSize);

    expect(sizes).to.deep.equal([512, 64_000, 1_000_000, 2_000_000_000]);
  });

  for (const text of ['64', '64kb', '64KiB', '1.5MB', 'MB']) {
    it(`returns undefined for ${JSON.stringify(text)}`, () => {
      expect(parseSize(text)).to.equal(undefined);
    });
  }
});
