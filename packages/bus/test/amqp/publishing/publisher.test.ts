import { EventEmitter } from 'node:events';
import { expect } from 'chai';
import { use } from '../../../../../test/support/use.ts';
import type { Outgoing } from '../../../src/amqp/wire/outgoing.ts';
import type { RecoveringConnection, Session } from '../../../src/amqp/connection/recovering-connection.ts';
import { Publisher } from '../../../src/amqp/publishing/publisher.ts';
import { createGate, expectCode } from '../../contract/fixtures.ts';

/** A connection whose only session comes when the test opens the gate; its channel confirms everything. */
function createLateLink() {
  const sent: string[] = [];
  const channel = Object.assign(new EventEmitter(), {
    publish(_exchange: string, routingKey: string, ...[, , confirm]: [Buffer, object, () => void]) {
      sent.push(routingKey);
      confirm();
    },
    close: () => Promise.resolve(),
  });
  const gate = createGate<Session>();
  const open = (): void =>
    gate.open({
      model: { createConfirmChannel: () => Promise.resolve(channel) },
      signal: new AbortController().signal,
      declare: () => Promise.resolve(),
    } as unknown as Session);
  // The part of a connection that a publisher uses.
  const connection = { status: { state: 'up', reason: '' }, onChange() {}, available: () => gate.passed };
  return { connection: connection as unknown as RecoveringConnection, open, sent };
}

function createOutgoing(routingKey: string, signal?: AbortSignal): Outgoing {
  return {
    exchange: '',
    routingKey,
    body: Buffer.from('{}'),
    properties: { messageId: routingKey },
    deadlineEpochMs: Date.now() + 10_000,
    ...(signal && { signal }),
  };
}

describe('the publisher', () => {
  it('does not send a message that was cancelled while it waited for the channel', async () => {
    const { connection, open, sent } = createLateLink();
    const publisher = use(new Publisher(connection), (publisher) => publisher.close());
    const wanted = new AbortController();
    const first = publisher.publish(createOutgoing('unwanted', wanted.signal));
    const second = publisher.publish(createOutgoing('wanted', new AbortController().signal));

    wanted.abort();
    open();

    await expectCode(first, 'BROKER_UNAVAILABLE');
    await second;
    expect(sent).to.deep.equal(['wanted']);
  });
});
