import { decodeEnvelope, MemoryBroker, openMemoryBus } from '@restmapper/bus';
import type { Topology } from '@restmapper/core';
import { expect } from 'chai';
import { until } from '../../../test/support/until.ts';
import { use } from '../../../test/support/use.ts';
import { post, problemOf, startGateway } from './support/start-gateway.ts';
import { reply, work } from './support/work.ts';

const theirs: Topology = {
  exchanges: [{ name: 'events', type: 'topic' }],
  queues: [
    { kind: 'rpc', name: 'legacy_quotes' },
    { kind: 'work', name: 'theirs', deliveryLimit: 20 },
    { kind: 'work', name: 'encoded', deliveryLimit: 20 },
  ],
  bindings: [
    { exchange: 'events', queue: 'theirs', routingKey: 'order.#' },
    { exchange: 'events', queue: 'encoded', routingKey: 'order.eu%2E%23.%2A' },
  ],
};

/** A gateway, and the bus of another application on the same broker. */
async function startBeside(endpoints: string) {
  const broker = new MemoryBroker();
  const bus = use(openMemoryBus({ topology: theirs, broker }), (bus) => bus.close({ timeoutMs: 100 }));
  return { ...(await startGateway(endpoints, { broker })), theirs: bus };
}

const ask = '  POST /quote: { rpc: { queue: legacy_quotes }, body: true }';

describe('a call to a queue of another application', () => {
  it('is the body alone, byte for byte, and the reply is the answer', async () => {
    const { theirs, call } = await startBeside(ask);
    const deliveries = await work(theirs, 'legacy_quotes', () => reply('{"price":1.0}'));
    const body = ' {"item":12345678901234567890,"x":1.0}\n';

    const response = await call('/quote', post(body));

    expect([response.status, await response.text()]).to.deep.equal([200, '{"price":1.0}']);
    expect(deliveries[0]?.body.toString()).to.equal(body);
    expect(deliveries[0]?.type).to.equal('POST /quote');
  });

  for (const [type, body] of [
    ['text/csv; charset=utf-8', 'a,b\r\n"1",2\n'],
    ['application/x-www-form-urlencoded', 'b=1&a=x+y&c=%C3%A9'],
    ['image/png', Uint8Array.of(0x89, 0x50, 0x00, 0xff)],
    ['application/vnd.order+json', ' {"item":1.0}\n'],
    ['application/json;charset=UTF-8', '{ "item": 1e3 }'],
  ] as const) {
    it(`is the body as it was sent, with its media type: ${type}`, async () => {
      const { theirs, call } = await startBeside(
        '  POST /quote: { rpc: { queue: legacy_quotes }, body: true, consumes: [application/json, text/csv, application/x-www-form-urlencoded, image/*] }',
      );
      const deliveries = await work(theirs, 'legacy_quotes', () => reply('1'));

      const { status } = await call('/quote', post(body, { 'content-type': type }));

      expect(status).to.equal(200);
      expect(deliveries[0]?.body.equals(Buffer.from(body))).to.equal(true);
      expect(deliveries[0]?.contentType).to.equal(type);
    });
  }

  it('has the essence of a media type that AMQP cannot carry, and JSON without a body', async () => {
    const { theirs, call } = await startBeside(
      '  POST /quote: { rpc: { queue: legacy_quotes }, body: true, consumes: [text/csv] }\n  GET /quote: { rpc: { queue: legacy_quotes } }',
    );
    const deliveries = await work(theirs, 'legacy_quotes', () => reply('1'));

    await call('/quote', post('a', { 'content-type': `text/csv; x=${'y'.repeat(300)}` }));
    await call('/quote');

    expect(deliveries.map(({ body, contentType }) => [String(body), contentType])).to.deep.equal([
      ['a', 'text/csv'],
      ['null', 'application/json'],
    ]);
  });

  it('is judged by the schema before it is sent, and bytes are not encoded', async () => {
    const { theirs, call } = await startBeside(
      '  POST /quote: { rpc: { queue: legacy_quotes }, body: { type: [string, object], maxLength: 3, required: [n] }, consumes: [text/csv, application/x-www-form-urlencoded, image/png], maxBody: 14MB }',
    );
    const deliveries = await work(theirs, 'legacy_quotes', () => reply('1'));
    const statusOf = async (type: string, body: string | Uint8Array<ArrayBuffer>) =>
      (await call('/quote', post(body, { 'content-type': type }))).status;

    expect(await statusOf('text/csv', 'abcd')).to.equal(422);
    expect(await statusOf('application/x-www-form-urlencoded', 'm=1')).to.equal(422);
    expect(await statusOf('image/png', new Uint8Array(13_000_000))).to.equal(200);
    expect(deliveries.map(({ body }) => body.length)).to.deep.equal([13_000_000]);
  });

  it('is the envelope if the file says so', async () => {
    const { theirs, call } = await startBeside(
      '  GET /quote/{id}: { rpc: { queue: legacy_quotes, format: envelope } }',
    );
    const deliveries = await work(theirs, 'legacy_quotes', () => reply('1'));

    await call('/quote/7');

    const { data, params } = decodeEnvelope(deliveries[0]?.body ?? Buffer.of());
    expect([String(data), String(params)]).to.deep.equal(['null', '{"id":"7"}']);
  });

  for (const text of ['', 'price: 1', Buffer.of(0x22, 0xff, 0x22)]) {
    it(`is answered 502 when the reply is ${JSON.stringify(String(text))}`, async () => {
      const { theirs, call } = await startBeside(ask);
      await work(theirs, 'legacy_quotes', () => reply(text));

      const problem = await problemOf(await call('/quote', post('{}')));

      expect(problem).to.include({ status: 502, code: 'BAD_REPLY' });
    });
  }

  it('is answered 503 while the queue is missing, or nothing consumes it', async () => {
    const alone = await startGateway(ask);
    const beside = await startBeside(ask);

    const missing = await problemOf(await alone.call('/quote', post('{}')));
    const unattended = await problemOf(await beside.call('/quote', post('{}')));

    expect(missing).to.include({ status: 503, code: 'NOT_DECLARED' });
    expect(missing.detail).to.contain('is missing');
    expect(unattended).to.include({ status: 503, code: 'NO_WORKER' });
  });
});

const tell = `  POST /events/{region}:
    publish: { exchange: events, routingKey: 'order.{params.region}.{data.kind}' }
    body: true`;

describe('a call to an exchange of another application', () => {
  it('is published with a key of its values, in which no caller can write a pattern', async () => {
    const { theirs, call } = await startBeside(tell);
    const deliveries = await work(theirs, 'encoded');

    const response = await call('/events/eu.%23', post('{"kind":"*"}'));

    expect([response.status, await response.text()]).to.deep.equal([200, '{}']);
    const { body } = await until(() => deliveries[0]);
    expect(body.toString()).to.equal('{"kind":"*"}');
  });

  for (const [title, region, body] of [
    ['a missing value', 'eu', '{}'],
    ['a body without members', 'eu', '7'],
    ['a value that is an object', 'eu', '{"kind":{}}'],
    ['a NUL', 'eu', '{"kind":"a\\u0000"}'],
    ['half a surrogate pair', 'eu', '{"kind":"\\ud800"}'],
    ['a key of 300 bytes', 'x'.repeat(286), '{"kind":"a"}'],
  ] as const) {
    it(`is answered 422 for ${title}`, async () => {
      const { theirs, call } = await startBeside(tell);
      const deliveries = await work(theirs, 'theirs');

      const problem = await problemOf(await call(`/events/${region}`, post(body)));

      expect(problem).to.include({ status: 422, code: 'INVALID_ROUTING_KEY' });
      expect(problem.detail).to.contain('routing key');
      expect(deliveries).to.deep.equal([]);
    });
  }

  it('is answered 503 when no queue takes it, or the exchange is missing', async () => {
    const beside = await startBeside('  POST /a: { publish: { exchange: events, routingKey: other } }');
    const alone = await startGateway('  POST /a: { publish: { exchange: events } }');

    const unroutable = await problemOf(await beside.call('/a', { method: 'POST' }));
    const missing = await problemOf(await alone.call('/a', { method: 'POST' }));

    expect(unroutable).to.include({ status: 503, code: 'UNROUTABLE', detail: 'no queue takes the message' });
    expect(missing).to.include({ status: 503, code: 'NOT_DECLARED' });
  });
});
