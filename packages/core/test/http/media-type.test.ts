import { expect } from 'chai';
import { isJsonType, parseMediaType } from '../../src/http/media-type.ts';

describe('parseMediaType', () => {
  for (const [text, essence, parameters] of [
    ['text/csv', 'text/csv', []],
    [
      'Text/CSV ; Charset=UTF-8;header=present',
      'text/csv',
      [
        ['charset', 'UTF-8'],
        ['header', 'present'],
      ],
    ],
    ['application/vnd.api+json', 'application/vnd.api+json', []],
    ['multipart/mixed; boundary="a;b=\\"c\\""', 'multipart/mixed', [['boundary', 'a;b="c"']]],
    ['*/*', '*/*', []],
  ] as const) {
    it(`reads ${text}`, () => {
      const parsed = parseMediaType(text);

      expect([parsed?.essence, [...(parsed?.parameters ?? [])]]).to.deep.equal([essence, parameters]);
    });
  }

  for (const text of [
    '',
    'csv',
    'text/',
    '/csv',
    'text/csv;',
    'text/csv; a',
    'text/c sv',
    'a/b/c',
    'a/b; c="',
    'a/b\r\n',
  ]) {
    it(`refuses ${JSON.stringify(text)}`, () => {
      expect(parseMediaType(text)).to.equal(undefined);
    });
  }

  it('tells JSON from other types', () => {
    const types = ['application/json', 'text/json', 'application/geo+json', 'model/gltf+json'];

    expect(types.every(isJsonType)).to.equal(true);
    expect(['text/csv', 'application/x-ndjson', 'application/jsonp'].some(isJsonType)).to.equal(false);
  });
});
