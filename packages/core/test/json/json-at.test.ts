import { expect } from 'chai';
import { jsonAt, scalarText } from '@restmapper/core';

describe('the value at a path of JSON', () => {
  const at = (json: string, ...names: string[]): string | undefined =>
    jsonAt(Buffer.from(json), names)?.toString();

  it('is the original bytes', () => {
    expect(at('{"a":{"b":12345678901234567890}}', 'a', 'b')).to.equal('12345678901234567890');
    expect(at('{"a": { "b" : 1.0 } }', 'a')).to.equal('{ "b" : 1.0 }');
    expect(at('{"a":1}')).to.equal('{"a":1}');
  });

  it('is found by its name, however that is escaped', () => {
    expect(at('{"\\u0061":1}', 'a')).to.equal('1');
    expect(at('{"a":{"if-match":"x"}}', 'a', 'if-match')).to.equal('"x"');
  });

  it('is the last of a repeated name, as for JSON.parse', () => {
    expect(at('{"a":1,"a":2}', 'a')).to.equal('2');
  });

  it('is absent below anything but an object', () => {
    for (const json of ['{"a":[1]}', '{"a":"b"}', '{"a":null}', '{"b":1}', 'null', '[{"a":1}]'])
      expect(at(json, 'a', 'b'), json).to.equal(undefined);
  });
});

describe('the text of a JSON scalar', () => {
  const text = (json: string): string | undefined => scalarText(Buffer.from(json));

  it('is that of a string, or the digits as written', () => {
    expect(text('"a\\nb"')).to.equal('a\nb');
    expect(text('""')).to.equal('');
    expect(text('1.10')).to.equal('1.10');
    expect(text('true')).to.equal('true');
  });

  it('is absent for null, arrays and objects', () => {
    for (const json of ['null', '[]', '{}']) expect(text(json), json).to.equal(undefined);
  });
});
