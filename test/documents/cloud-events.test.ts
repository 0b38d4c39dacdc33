import { createRequire } from 'node:module';
import { join } from 'node:path';
import { eventMessageId } from '@restmapper/core';
import { expect } from 'chai';
import { before } from 'mocha';
import { startGateway } from '../../packages/restmapper/test/support/start-gateway.ts';
import { work } from '../../packages/restmapper/test/support/work.ts';
import { until } from '../support/until.ts';
import { fetchTools } from './tools.ts';

interface HttpMessage {
  readonly headers: Record<string, string>;
  readonly body: string;
}

interface SdkEvent extends Readonly<Record<string, unknown>> {
  /** @throws Error if it is not a CloudEvent. */
  validate(): boolean;
  toJSON(): Readonly<Record<string, unknown>>;
}

/** The part of the SDK for JavaScript that the test uses. */
interface Sdk {
  readonly CloudEvent: new (event: object) => SdkEvent;
  readonly HTTP: {
    binary(event: SdkEvent): HttpMessage;
    structured(event: SdkEvent): HttpMessage;
    toEvent(message: HttpMessage): SdkEvent;
  };
}

const attributes = {
  specversion: '1.0',
  id: 'A-1',
  source: '/shop',
  type: 'com.example.order.placed',
  time: '2026-11-30T12:00:00.000Z',
  subject: '7',
};
const data = { order: 7 };

describe("the CloudEvents of the SDK's users", function () {
  this.timeout(180_000);
  let sdk: Sdk;

  before('get the SDK', async () => {
    const require = createRequire(join(await fetchTools(), 'package.json'));
    sdk = require('cloudevents') as Sdk;
  });

  /** Sends a request, and reads the message as a consumer with the SDK does. */
  async function passOn(message: HttpMessage): Promise<{ event: SdkEvent; messageId: string }> {
    const { bus, call } = await startGateway(
      '  POST /o/{id}: { fanout: { cloudEvents: true }, body: { type: object } }',
    );
    const deliveries = await work(bus, '/o/{id}:POST');
    const response = await call('/o/7', { method: 'POST', ...message });
    expect(response.status).to.equal(200);
    const { body, messageId } = await until(() => deliveries[0]);
    const headers = { 'content-type': 'application/cloudevents+json' };
    const event = sdk.HTTP.toEvent({ headers, body: String(body) });
    expect(event.validate()).to.equal(true);
    return { event, messageId };
  }

  for (const mode of ['structured', 'binary'] as const) {
    it(`are accepted in ${mode} mode, and read by it from the bus`, async () => {
      const sent = new sdk.CloudEvent({ ...attributes, priority: 'high', data });

      const { event, messageId } = await passOn(sdk.HTTP[mode](sent));

      expect(event.toJSON()).to.deep.include({ ...attributes, priority: 'high', data, params: '{"id":"7"}' });
      expect(messageId).to.equal(eventMessageId(attributes));
    });
  }

  it('include those that are made of ordinary calls', async () => {
    const headers = { 'content-type': 'application/json' };

    const { event, messageId } = await passOn({ headers, body: JSON.stringify(data) });

    expect(event.toJSON()).to.deep.include({ id: messageId, type: 'POST /o/{id}', data });
  });
});
