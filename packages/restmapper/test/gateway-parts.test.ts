import { expect } from 'chai';
import type { PublishOptions } from '@restmapper/bus';
import { post, problemOf, startGateway } from './support/start-gateway.ts';
import { reply, work } from './support/work.ts';

const body = 'body: { type: object, required: [region], properties: { region: { enum: [eu, us] } } }';

/** A gateway, with the options of what it publishes. */
async function startRecording(endpoints: string) {
  const { bus, call } = await startGateway(endpoints);
  const published: PublishOptions[] = [];
  const publish = bus.publish.bind(bus);
  bus.publish = async (exchange, message, options) => {
    published.push(options);
    await publish(exchange, message, options);
  };
  return { call, published };
}

describe('a call to an endpoint with a routing key', () => {
  it('is an event with the value as its routing key', async () => {
    const { call, published } = await startRecording(
      `  POST /check: { fanout: { routingKey: data.region }, ${body} }`,
    );

    const { status } = await call('/check', post('{"region":"us"}'));

    expect(status).to.equal(200);
    expect(published.map(({ routingKey }) => routingKey)).to.deep.equal(['us']);
    expect(published[0]?.expiresEpochMs).to.equal(undefined);
  });

  it('is a request to the queue of the value, answered 503 at once where nothing consumes it', async () => {
    const { bus, call } = await startGateway(
      `  POST /check: { rpc: { routingKey: data.region }, ${body} }
workers:
  checker: { on: POST /check, use: ./checker.ts }`,
    );
    const deliveries = await work(bus, '/check:POST@eu', () => reply('1'));

    const eu = await call('/check', post('{"region":"eu"}'));
    const us = await call('/check', post('{"region":"us"}'));

    expect(eu.status).to.equal(200);
    expect(deliveries).to.have.length(1);
    expect(await problemOf(us)).to.deep.include({ status: 503, code: 'NO_WORKER' });
  });
});

describe('a call to an endpoint with `expires`', () => {
  it('is an event that expires that long after it', async () => {
    const { call, published } = await startRecording(
      '  POST /check: { fanout: { expires: 5s }, body: true }',
    );
    const before = Date.now();

    await call('/check', post('{}'));

    expect(published[0]?.expiresEpochMs).to.be.within(before + 5_000, Date.now() + 5_000);
    expect(published[0]?.routingKey).to.equal(undefined);
  });
});
