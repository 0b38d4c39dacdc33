import { parseEndpoints, SchemaCompiler } from '@restmapper/endpoints';
import { expect } from 'chai';
import { createCallEncoder, type EncodeCall } from '../../../src/handlers/module/encode-call.ts';

function encoderOf(endpoint: string): EncodeCall {
  const file = `endpoints:\n  POST /a: { fanout: true, ${endpoint} }\n`;
  const [source] = parseEndpoints(file, { file: 'endpoints.yaml', directory: '/' }).endpoints;
  if (!source) throw new Error('the text has no endpoint');
  return createCallEncoder(source, new SchemaCompiler());
}

describe('a call that a handler sends', () => {
  it('gets the defaults of its body before it is validated', () => {
    const encode = encoderOf('body: { required: [n], properties: { n: { type: integer, default: 1 } } }');

    expect(String(encode({ data: { a: 1 } }).data)).to.equal('{"a":1,"n":1}');
    expect(() => encode({ data: { n: 'x' } })).to.throw('POST /a refuses its data: /n must be integer');
  });

  it('is refused if its defaults make it too long for a message', () => {
    const encode = encoderOf(`body: { items: { properties: { n: { default: ${'x'.repeat(100_000)} } } } }`);

    expect(() => encode({ data: Array.from({ length: 200 }, () => ({})) })).to.throw(
      'too long for a message',
    );
  });

  it('carries declared headers, and no others', () => {
    const encode = encoderOf('headers: { properties: { If-Match: { type: string } } }');

    expect(String(encode({ headers: { 'if-match': '1' } }).headers)).to.equal('{"if-match":"1"}');
    expect(() => encoderOf('body: true')({ data: 1, headers: { a: 'b' } })).to.throw('takes no headers');
    expect(() => encode({ headers: { 'if-mach': '1' } })).to.throw(
      'POST /a declares no header if-mach; did you mean if-match?',
    );
    expect(() => encode({ headers: { constructor: '1' } })).to.throw('declares no header constructor');
  });

  it('has headers whose names have no case, with their types and defaults', () => {
    const encode = encoderOf(
      'headers: { required: [X-Depth], properties: { X-Depth: { type: integer }, x-unit: { default: cent } } }',
    );

    expect(String(encode({ headers: { 'x-DEPTH': 2 } }).headers)).to.equal('{"x-depth":2,"x-unit":"cent"}');
    const wrong: readonly [headers: unknown, message: string][] = [
      [{ 'X-Depth': 'two' }, 'POST /a refuses its headers: /x-depth must be integer'],
      [{ 'X-Depth': 2, 'x-depth': 2 }, 'POST /a gets the header x-depth twice'],
      [{}, 'POST /a refuses its headers: /x-depth is required'],
      [undefined, 'POST /a refuses its headers: /x-depth is required'],
      ['x', 'POST /a takes an object as headers'],
      [['x'], 'POST /a takes an object as headers'],
    ];
    for (const [headers, message] of wrong) expect(() => encode({ headers })).to.throw(message);
  });
});
