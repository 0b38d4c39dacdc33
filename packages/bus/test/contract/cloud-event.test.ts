import type { CloudEvent } from '@restmapper/core';
import { expect } from 'chai';
import { encodeContent, readCloudEvent } from '../../src/contract/cloud-event.ts';
import { decodeEnvelope } from '../../src/contract/envelope.ts';

const bytes = (text: string): Buffer => Buffer.from(text);
const event: CloudEvent = { specversion: '1.0', id: '7', source: '/shop', type: 'placed', priority: 2 };

describe('a message that is a CloudEvent', () => {
  it('is an envelope too, whose parts other than the data are texts', () => {
    const identity = '{"subject":"ü"}';
    const parts = {
      args: bytes('{"limit":5}'),
      params: bytes('{"id":"7"}'),
      headers: bytes('{"a":"b"}'),
      identity: bytes(identity),
    };

    const { body, contentType } = encodeContent({ data: bytes('{"n":1.0}'), ...parts }, event);

    expect(contentType).to.equal('application/cloudevents+json');
    expect(String(body)).to.equal(
      String.raw`{"specversion":"1.0","id":"7","source":"/shop","type":"placed","priority":2,` +
        String.raw`"args":"{\"limit\":5}","params":"{\"id\":\"7\"}","headers":"{\"a\":\"b\"}","identity":"{\"subject\":\"ü\"}","data":{"n":1.0}}`,
    );
    const { data, args, params, identity: decoded } = decodeEnvelope(body);
    expect([data, args, params, decoded].map(String)).to.deep.equal([
      '{"n":1.0}',
      '{"limit":5}',
      '{"id":"7"}',
      identity,
    ]);
    expect(readCloudEvent(body)).to.deep.equal(event);
  });

  it('has no attributes for parts that a call does not have', () => {
    const { body } = encodeContent({ data: bytes('null'), args: bytes('null') }, event);

    expect(Object.keys(JSON.parse(String(body)))).to.deep.equal([...Object.keys(event), 'data']);
    expect(String(decodeEnvelope(body).args)).to.equal('null');
  });

  it('is an ordinary envelope without an event', () => {
    const { body, contentType } = encodeContent({ data: bytes('1'), args: bytes('null') }, undefined);

    expect([String(body), contentType]).to.deep.equal(['{"data":1,"args":null}', undefined]);
  });

  it('may come from another program, with parts that are objects', () => {
    const body = bytes('{"specversion":"1.0","id":"1","source":"s","type":"t","args":{"a":1},"data":2}');

    expect(String(decodeEnvelope(body).args)).to.equal('{"a":1}');
  });

  it('leaves texts alone in an envelope that is none', () => {
    expect(String(decodeEnvelope(bytes('{"data":1,"args":"{}"}')).args)).to.equal('"{}"');
  });

  it('is not believed without valid required attributes', () => {
    for (const attributes of [
      '"specversion":"0.3","id":"1","source":"s","type":"t"',
      '"specversion":"1.0","id":"","source":"s","type":"t"',
      '"specversion":"1.0","id":1,"source":"s","type":"t"',
      '"specversion":"1.0","source":"s","type":"t"',
      '"specversion":"1.0","id":"1","source":"s","type":"t","subject":1',
    ]) {
      expect(readCloudEvent(bytes(`{${attributes},"data":1}`)), attributes).to.equal(undefined);
    }
  });

  it('drops what cannot be an attribute', () => {
    const odd = '"Odd":"x","__proto__":"x","object":{},"none":null,"half":0.5,"yes":true';
    const body = bytes(`{"specversion":"1.0","id":"1","source":"s","type":"t",${odd},"data":1}`);

    expect(readCloudEvent(body)).to.deep.equal({
      specversion: '1.0',
      id: '1',
      source: 's',
      type: 't',
      yes: true,
    });
  });

  it('is refused if it is not UTF-8, or a text is not JSON', () => {
    const broken = Buffer.from('{"specversion":"1.0","args":"\xff","data":1}', 'latin1');

    expect(() => decodeEnvelope(broken)).to.throw(SyntaxError, 'UTF-8');
    expect(() => readCloudEvent(broken)).to.throw(SyntaxError, 'UTF-8');
  });
});
