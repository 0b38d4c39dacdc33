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
  });
});
