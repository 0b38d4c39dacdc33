import { ConfigError } from '@restmapper/core';
import { expect } from 'chai';
import { createJsonFormat } from '../../src/sql/json-format.ts';

const end = { fields: [], tag: '', rowCount: 0 };

function valueOf(typeId: number, value: string | null): string {
  const format = createJsonFormat();
  return format.page({ fields: [{ name: 'v', typeId }], rows: [[value]] }) + format.end(end);
}

describe('the JSON of rows', () => {
  for (const [typeId, text, json] of [
    [20, '9007199254740993', '9007199254740993'],
    [1700, '1.10', '1.10'],
    [1700, 'NaN', '"NaN"'],
    [701, '-Infinity', '"-Infinity"'],
    [701, '1e+20', '1e+20'],
    [16, 't', 'true'],
    [16, 'f', 'false'],
    [3802, '{"a": 1.0}', '{"a":1.0}'],
    [114, '{\n "a":  12345678901234567890}', '{"a":12345678901234567890}'],
    [25, '12', '"12"'],
    [25, 'a"\n', '"a\\"\\n"'],
    [1007, '{1,2}', '"{1,2}"'],
    [20, null, 'null'],
  ] as const) {
    it(`writes ${text} of type ${typeId} as ${json}`, () => {
      expect(valueOf(typeId, text)).to.equal(`[{"v":${json}}]\n`);
    });
  }

  it('is one array, however many pages it has', () => {
    const format = createJsonFormat();
    const fields = [{ name: 'v', typeId: 23 }];

    const pages = [[['1'], ['2']], [['3']]].map((rows) => format.page({ fields, rows }));

    expect(JSON.parse(pages.join('') + format.end(end))).to.deep.equal([{ v: 1 }, { v: 2 }, { v: 3 }]);
    expect(createJsonFormat().end(end)).to.equal('[]\n');
  });

  it('refuses columns of the same name, of which an object would keep one', () => {
    const fields = [
      { name: 'id', typeId: 23 },
      { name: 'id', typeId: 23 },
    ];

    expect(() => createJsonFormat().page({ fields, rows: [] })).to.throw(
      ConfigError,
      'two columns are named id',
    );
  });
});
