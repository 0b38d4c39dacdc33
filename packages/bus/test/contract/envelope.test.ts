import { expect } from 'chai';
import { decodeEnvelope, encodeEnvelope } from '../../src/contract/envelope.ts';

const bytes = (text: string): Buffer => Buffer.from(text);

describe('the envelope', () => {
  it('carries each part byte for byte', () => {
    const data = bytes('{"big":12345678901234567890, "one":1.0, "text":"a\\"}b\\\\"}');

    const envelope = decodeEnvelope(
      encodeEnvelope({
        data,
        args: bytes('{"limit":5}'),
        params: bytes('{"id":"7"}'),
        headers: bytes('{"if-match":"1"}'),
      }),
    );

    expect(envelope.data.equals(data)).to.equal(true);
    expect(String(envelope.args)).to.equal('{"limit":5}');
    expect(String(envelope.params)).to.equal('{"id":"7"}');
    expect(String(envelope.headers)).to.equal('{"if-match":"1"}');
    expect(envelope.identity).to.equal(undefined);
  });

  it('leaves out the parts that a call does not have', () => {
    expect(String(encodeEnvelope({ data: bytes('null'), args: bytes('null') }))).to.equal(
      '{"data":null,"args":null}',
    );
  });

  it('reads the envelopes of other programs: any order, white space, unknown members, escaped names', () => {
    const envelope = decodeEnvelope(
      bytes(' { "x" : [1,{"y":"]"}] , "args" : {} ,\n"d\\u0061ta" : [ 1.0 , 2 ] } '),
    );

    expect(String(envelope.data)).to.equal('[ 1.0 , 2 ]');
    expect(String(envelope.args)).to.equal('{}');
  });

  it('says how its data is encoded, if that is not JSON', () => {
    const encoded = encodeEnvelope({ data: bytes('"aGk="'), encoding: 'base64', args: bytes('null') });

    expect(String(encoded)).to.equal('{"data":"aGk=","args":null,"encoding":"base64"}');
    expect(decodeEnvelope(encoded).encoding).to.equal('base64');
    expect(decodeEnvelope(bytes('{"data":1}')).encoding).to.equal(undefined);
    for (const unknown of ['"gzip"', '"BASE64"', 'null', '1', '{}', '""']) {
      const foreign = bytes(`{"encoding":${unknown},"data":""}`);
      expect(() => decodeEnvelope(foreign), unknown).to.throw(SyntaxError, 'encoding');
    }
  });

  it('treats missing args as null', () => {
    expect(String(decodeEnvelope(bytes('{"data":1}')).args)).to.equal('null');
  });

  it('distinguishes data that is null from none', () => {
    expect(String(decodeEnvelope(bytes('{"data":null}')).data)).to.equal('null');
    for (const foreign of [
      '{}',
      '{"order":7}',
      '{"Data":{}}',
      '{"payload":{},"args":null}',
      '{"a":{"data":1}}',
    ]) {
      expect(() => decodeEnvelope(bytes(foreign)), foreign).to.throw(SyntaxError, 'it has no member data');
    }
  });

  it('refuses a duplicate part, however its name is spelt', () => {
    for (const part of ['data', 'encoding', 'raw', 'args', 'params', 'headers', 'identity']) {
      const twice = `{"data":0,"${part}":1,"${part}":2}`;
      expect(() => decodeEnvelope(bytes(twice)), twice).to.throw(SyntaxError, 'twice');
    }
    expect(() => decodeEnvelope(bytes('{"data":1,"d\\u0061ta":2}'))).to.throw(SyntaxError, 'twice');
  });

  for (const broken of [
    '',
    '[]',
    'null',
    '{',
    '{"data"',
    '{"data":',
    '{"data":}',
    '{"data":1',
    '{"data":"x',
    '{"data":[1',
    '{"data":1}}',
    '{data:1}',
    '{"data":1,}',
    '{"data" 1}',
    '7',
    '"data"',
    '[{"data":1}]',
    '\ufeff{"data":1}',
    '{"data":1} x',
    '{"data":1}{"data":2}',
    '{"data":1}\u0000',
    '\u001f\u008b\u0008',
  ]) {
    it(`refuses ${broken || 'nothing'}`, () => {
      expect(() => decodeEnvelope(bytes(broken))).to.throw(SyntaxError);
    });
  }
});
