import { randomUUID } from 'node:crypto';
import type { Channel, ConsumeMessage, Options } from 'amqplib';
import { expect } from 'chai';
import { openAmqp } from '../../../../../test/support/amqp.ts';
import { until } from '../../../../../test/support/until.ts';
import { use } from '../../../../../test/support/use.ts';
import { receiveFaster } from '../../../src/amqp/fast-path/receive-frames.ts';

const gateway = {
  messageId: '0190a5c4-7d7e-7abc-8def-0123456789ab',
  type: 'POST /messages/',
  timestamp: 1_795_000_000,
  contentType: 'application/json',
  persistent: true,
  headers: { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01', 'x-request-id': 'a' },
};

const all = {
  ...gateway,
  contentEncoding: 'identity',
  priority: 3,
  correlationId: '7',
  replyTo: 'someone',
  expiration: 60_000,
  userId: 'guest',
  appId: 'test',
};

const headers = {
  text: 'é'.repeat(100),
  empty: '',
  whole: 12_345_678_901,
  negative: -5,
  small: 7,
  double: { '!': 'double', value: 1.5 },
  moment: { '!': 'timestamp', value: 1_795_000_000 },
  money: { '!': 'decimal', value: { places: 2, digits: 123 } },
  yes: true,
  nothing: null,
  bytes: Buffer.from([0, 255]),
  list: ['a', 1, ['b']],
  table: { inner: { deep: 'x' } },
};

const messages: readonly (readonly [properties: Options.Publish, body: Buffer])[] = [
  [gateway, Buffer.from('{"data":1}')],
  [gateway, Buffer.alloc(0)],
  [{ ...gateway, type: 'POST /orders/', headers: { other: 'b', 'x-request-id': 'a' } }, Buffer.from('2')],
  [all, Buffer.from('3')],
  [{}, Buffer.from('4')],
  [{ headers: {} }, Buffer.from('5')],
  [{ messageId: 'x'.repeat(255), type: 'é'.repeat(100) }, Buffer.alloc(300_000, 'a')],
  ...Object.entries(headers).map(([name, value]): readonly [Options.Publish, Buffer] => [
    { headers: { before: 'a', [name]: value, after: 1 } },
    Buffer.from(name),
  ]),
  [{ headers: JSON.parse('{"__proto__":"a"}') as Record<string, unknown> }, Buffer.from('6')],
];

describe('receiveFaster', () => {
  it('yields what amqplib yields, whatever arrives and however it is split', async () => {
    const [plain, faster] = [await openChannel(), await openChannel()];
    receiveFaster(faster.connection);
    const copies = [await receiveAll(plain), await receiveAll(faster)];
    const rounds = 30;

    for (let round = 0; round < rounds; round += 1) {
      for (const [properties, body] of messages) {
        for (const { queue } of copies) plain.sendToQueue(queue, body, properties);
      }
    }
    await until(() => copies.every(({ received }) => received.length === rounds * messages.length), {
      timeoutMs: 15_000,
    });

    const [expected = [], actual = []] = copies.map(({ received }) => received.map(toComparable));
    for (const [i, message] of actual.entries()) expect(message).to.deep.equal(expected[i]);
  });

  it('leaves a connection alone that is not built as expected', () => {
    const connection = { recvFrame: 'gone' };

    receiveFaster(connection);

    expect(connection).to.deep.equal({ recvFrame: 'gone' });
  });
});

async function openChannel(): Promise<Channel> {
  const model = use(await openAmqp(), (model) => model.close());
  return await model.createChannel();
}

/** Consumes a queue of its own. */
async function receiveAll(channel: Channel): Promise<{ queue: string; received: ConsumeMessage[] }> {
  const { queue } = await channel.assertQueue(`test-${randomUUID()}`, { exclusive: true });
  const received: ConsumeMessage[] = [];
  await channel.consume(queue, (message) => message && received.push(message), {
    noAck: true,
    consumerTag: 'test',
  });
  return { queue, received };
}

function toComparable({ fields, properties, content }: ConsumeMessage): object {
  const { routingKey: _, ...rest } = fields;
  return { fields: { ...rest }, properties: { ...properties }, content: content.toString('latin1') };
}
