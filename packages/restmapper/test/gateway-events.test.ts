import { type Delivery, decodeEnvelope, readCloudEvent } from '@restmapper/bus';
import { eventMessageId } from '@restmapper/core';
import { expect } from 'chai';
import { until } from '../../../test/support/until.ts';
import { sendRaw } from './support/raw-request.ts';
import { post, problemOf, startGateway } from './support/start-gateway.ts';
import { work } from './support/work.ts';

const body = '{ type: object, required: [n], properties: { n: { type: integer } } }';
const event = { specversion: '1.0', id: '7', source: '/shop', type: 'com.example.placed' };
const inHeaders = {
  'ce-specversion': '1.0',
  'ce-id': '7',
  'ce-source': '/shop',
  'ce-type': 'com.example.placed',
};

interface Started {
  readonly call: (init: RequestInit) => Promise<Response>;
  /** The next message; fails if there is more than one. */
  readonly next: () => Promise<Delivery>;
}

async function start(endpoint = `{ fanout: { cloudEvents: true }, body: ${body} }`): Promise<Started> {
  const { bus, call } = await startGateway(`  POST /a/: ${endpoint}`);
  const deliveries = await work(bus, '/a/:POST');
  let taken = 0;
  return {
    call: (init) => call('/a/', init),
    next: async () => {
      const delivery = await until(() => deliveries[taken]);
      taken += 1;
      expect(deliveries).to.have.lengthOf(taken);
      return delivery;
    },
  };
}

function structured(value: unknown, headers: Record<string, string> = {}): RequestInit {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return post(text, { 'content-type': 'application/cloudevents+json', ...headers });
}

describe('an endpoint with CloudEvents', () => {
  it('accepts an event in structured mode, with the very bytes of its data', async () => {
    const { call, next } = await start();
    const data = '{"n": 12345678901234567890 }';
    const sent = { ...event, subject: 'o/7', time: '2026-11-30T12:00:00Z', priority: 2, urgent: true };

    const response = await call(structured(`${JSON.stringify(sent).slice(0, -1)},"data":${data}}`));

    expect([response.status, await response.text()]).to.deep.equal([200, '{}']);
    const delivery = await next();
    expect(String(decodeEnvelope(delivery.body).data)).to.equal(data);
    expect(readCloudEvent(delivery.body)).to.deep.equal(sent);
    expect(delivery.messageId).to.equal(eventMessageId(event));
    expect(delivery.messageId[14]).to.equal('5');
  });

  it('accepts an event in binary mode, and decodes its headers', async () => {
    const { call, next } = await start();
    const headers = {
      ...inHeaders,
      'ce-subject': 'Euro%20%E2%82%AC%20%f0%9f%98%80',
      'ce-quoted': String.raw`"a \"b\" \\ %25"`,
      'ce-raw': Buffer.from('é').toString('latin1'),
    };

    await call(post('{"n":1}', { ...headers, 'content-type': 'application/json; charset=utf-8' }));

    const { body, messageId } = await next();
    expect(readCloudEvent(body)).to.deep.equal({
      ...event,
      subject: 'Euro € 😀',
      quoted: String.raw`a "b" \ %`,
      raw: 'é',
      datacontenttype: 'application/json; charset=utf-8',
    });
    expect(String(decodeEnvelope(body).data)).to.equal('{"n":1}');
    expect(messageId).to.equal(eventMessageId(event));
  });

  it('makes an event of an ordinary call', async () => {
    const { call, next } = await start();
    const before = Date.now();

    await call(post('{"n":1}', { 'ce-other': 'x' }));

    const { body, messageId } = await next();
    const { time, ...others } = { ...readCloudEvent(body) };
    expect(others).to.deep.equal({
      specversion: '1.0',
      id: messageId,
      source: '/a/',
      type: 'POST /a/',
      datacontenttype: 'application/json',
    });
    expect(Date.parse(String(time))).to.be.within(before - 1000, Date.now());
  });

  it('derives the same message id in both modes, and another for another source', async () => {
    const { call, next } = await start();
    const ids: string[] = [];

    for (const init of [
      structured({ ...event, data: { n: 1 } }),
      post('{"n":1}', inHeaders),
      structured({ ...event, source: '/else', data: { n: 1 } }),
    ]) {
      await call(init);
      ids.push((await next()).messageId);
    }

    expect(ids[0]).to.equal(ids[1]);
    expect(ids[2]).not.to.equal(ids[0]);
  });

  it('prefers an Idempotency-Key, and with `idempotency` derives one', async () => {
    const key = '0190a5c4-7d7e-7abc-8def-0123456789ab';
    const plain = await start();
    const keyed = await start(`{ fanout: { cloudEvents: true }, body: true, idempotency: true }`);

    await plain.call(structured({ ...event, data: { n: 1 } }, { 'idempotency-key': key }));
    await keyed.call(structured({ ...event, data: 1 }));

    expect((await plain.next()).messageId).to.equal(key);
    const { headers, messageId } = await keyed.next();
    expect(headers['idempotency-key']).to.equal(eventMessageId(event));
    expect(messageId[14]).to.equal('8');
  });

  it('passes on query, parameters and identity', async () => {
    const { bus, call } = await startGateway(
      '  POST /o/{id}: { fanout: { cloudEvents: true }, body: true, query: { properties: { q: { type: integer } } } }',
    );
    const deliveries = await work(bus, '/o/{id}:POST');

    await call('/o/x%20y?q=3', post('1'));

    const { body } = await until(() => deliveries[0]);
    const { args, params } = decodeEnvelope(body);
    expect([args, params].map(String)).to.deep.equal(['{"q":3}', '{"id":"x y"}']);
    expect(readCloudEvent(body)?.source).to.equal('/o/%7Bid%7D');
  });

  it('treats an attribute that is null as absent, and accepts an event without data where none is expected', async () => {
    const { call, next } = await start('{ fanout: { cloudEvents: true } }');

    const response = await call(structured({ ...event, subject: null, extra: null }));

    expect(response.status).to.equal(200);
    const { body } = await next();
    expect(readCloudEvent(body)).to.deep.equal(event);
    expect(String(decodeEnvelope(body).data)).to.equal('null');
    const refused = await problemOf(await call(structured({ ...event, data: 1 })));
    expect(refused.errors?.map(({ pointer }) => pointer)).to.deep.equal(['/data']);
  });

  const wrong: readonly [string, object, readonly string[]][] = [
    ['nothing required', { data: { n: 1 } }, ['/specversion', '/id', '/source', '/type']],
    ['another version', { ...event, specversion: '0.3', data: { n: 1 } }, ['/specversion']],
    ['an empty id', { ...event, id: '', data: { n: 1 } }, ['/id']],
    ['an id that is null', { ...event, id: null, data: { n: 1 } }, ['/id']],
    ['a source that is not a URI reference', { ...event, source: 'a b', data: { n: 1 } }, ['/source']],
    ['a time without an offset', { ...event, time: '2026-11-30T12:00:00', data: { n: 1 } }, ['/time']],
    ['a schema that is not a URI', { ...event, dataschema: '/x', data: { n: 1 } }, ['/dataschema']],
    [
      'data of another format',
      { ...event, datacontenttype: 'text/xml', data: 'x' },
      ['/datacontenttype', '/data'],
    ],
    ['binary data', { ...event, data_base64: 'eyJuIjoxfQ==' }, ['/data_base64', '/data']],
    ['an invalid name', { ...event, com_x: 1, data: { n: 1 } }, ['/com_x']],
    ['a name in capitals', { ...event, 'A/b': 1, data: { n: 1 } }, ['/A~1b']],
    ['an extension that is an object', { ...event, x: {}, data: { n: 1 } }, ['/x']],
    ['an extension that is a fraction', { ...event, x: 0.5, data: { n: 1 } }, ['/x']],
    ['an extension beyond 32 bits', { ...event, x: 2 ** 31, data: { n: 1 } }, ['/x']],
    ['a control character', { ...event, x: 'a\nb', data: { n: 1 } }, ['/x']],
    ['data that violates the schema', { ...event, data: { n: 'x' } }, ['/data/n']],
    ['no data', event, ['/data']],
  ];
  for (const [what, sent, pointers] of wrong) {
    it(`points at ${what}`, async () => {
      const { call } = await start();

      const { status, code, errors } = await problemOf(await call(structured(sent)));

      expect([status, code]).to.deep.equal([422, 'INVALID_BODY']);
      expect(errors?.map(({ pointer }) => pointer)).to.have.members(pointers);
    });
  }

  it('lets no event claim an identity, a query or parameters', async () => {
    const { call } = await start();
    const identity = '{"subject":"admin","scheme":"users","scopes":[],"claims":{}}';

    const inBody = await problemOf(
      await call(structured({ ...event, identity, args: '{}', params: '{}', data: { n: 1 } })),
    );
    const inHeader = await problemOf(await call(post('{"n":1}', { ...inHeaders, 'ce-identity': identity })));

    expect(inBody.errors?.map(({ pointer }) => pointer)).to.have.members(['/identity', '/args', '/params']);
    expect([inHeader.status, inHeader.detail]).to.deep.equal([
      400,
      'the headers do not describe a CloudEvent: ce-identity is reserved: it cannot be the name of an attribute here',
    ]);
  });

  it('refuses an event that is not an object, or not JSON', async () => {
    const { call } = await start();

    const list = await problemOf(await call(structured([event])));
    const broken = await problemOf(await call(structured('{')));

    expect([list.code, list.errors?.[0]?.pointer]).to.deep.equal(['INVALID_BODY', '']);
    expect(broken.code).to.equal('INVALID_JSON');
  });

  for (const type of [
    'application/cloudevents-batch+json',
    'application/cloudevents+avro',
    'application/cloudevents',
    'application/cloudevents+json; charset=latin1',
  ]) {
    it(`answers 415 to ${type}`, async () => {
      const { call } = await start();

      const problem = await problemOf(await call(structured([event], { 'content-type': type })));

      expect([problem.status, problem.detail]).to.deep.equal([
        415,
        `a CloudEvent must come alone, with Content-Type: application/cloudevents+json, in UTF-8; it came with Content-Type: ${type}`,
      ]);
    });
  }

  const wrongHeaders: readonly [Record<string, string>, string][] = [
    [{ 'ce-id': '7' }, 'ce-specversion is required; ce-source is required; ce-type is required'],
    [{ ...inHeaders, 'ce-source': 'a%20b' }, 'ce-source must match format "uri-reference"'],
    [{ ...inHeaders, 'ce-id': '%zz' }, 'ce-id has a % that does not encode a byte'],
    [{ ...inHeaders, 'ce-id': '%C0%A0' }, 'ce-id is not UTF-8'],
    [{ ...inHeaders, 'ce-x': 'a%0Ab' }, 'ce-x holds a control character or half a surrogate pair'],
    [{ ...inHeaders, 'ce-a-b': '1' }, 'ce-a-b is not the name of an attribute: only a-z and 0-9 are allowed'],
    [
      { ...inHeaders, 'ce-datacontenttype': 'application/json' },
      'ce-datacontenttype must be sent as Content-Type',
    ],
  ];
  for (const [headers, faults] of wrongHeaders) {
    it(`answers 400 when ${faults}`, async () => {
      const { call } = await start();

      const { status, code, detail } = await problemOf(await call(post('{"n":1}', headers)));

      expect([status, code, detail]).to.deep.equal([
        400,
        'MALFORMED_REQUEST',
        `the headers do not describe a CloudEvent: ${faults}`,
      ]);
    });
  }

  it('refuses a header that is there twice', async () => {
    const { port } = await startGateway(`  POST /a/: { fanout: { cloudEvents: true } }`);
    const lines = Object.entries({ ...inHeaders, Host: 'a', Connection: 'close' }).map(
      ([name, value]) => `${name}: ${value}\r\n`,
    );

    const answer = await sendRaw(port, `POST /a/ HTTP/1.1\r\n${lines.join('')}CE-ID: 8\r\n\r\n`);

    expect(answer).to.contain('the headers do not describe a CloudEvent: ce-id is there 2 times');
  });
});

describe('an endpoint without CloudEvents', () => {
  it('takes an event for the JSON that it is, and ignores its headers', async () => {
    const { call, next } = await start('{ fanout: true, body: true }');

    await call(structured({ ...event, data: 1 }, inHeaders));

    const { body, messageId } = await next();
    expect(String(body)).to.equal(`{"data":${JSON.stringify({ ...event, data: 1 })},"args":null}`);
    expect(messageId[14]).to.equal('7');
  });
});
