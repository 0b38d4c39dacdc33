import { type ConfirmChannel, type ConsumeMessage, IllegalOperationError, type Options } from 'amqplib';
import { expect } from 'chai';
import { openAmqp } from '../../../../../test/support/amqp.ts';
import { use } from '../../../../../test/support/use.ts';
import { sendConfirmed } from '../../../src/amqp/fast-path/send-confirmed.ts';

const headers = {
  none: {},
  text: { text: 'é'.repeat(1000) },
  long: { text: 'é'.repeat(2000) },
  many: Object.fromEntries(Array.from({ length: 50 }, (_none, index) => [`header-${index}`, index])),
  integers: { a: 0, b: -1, c: 127, d: 128, e: -129, f: 32_767, g: -32_769, h: 2 ** 31, i: -(2 ** 53) + 1 },
  others: { yes: true, nothing: null, part: { '!': 'double', value: 1.5 }, bytes: Buffer.from([0, 255]) },
};

const messages: readonly (readonly [Options.Publish, Buffer])[] = [
  [{}, Buffer.alloc(0)],
  [{ type: 'é'.repeat(127), userId: 'guest', timestamp: 0 }, Buffer.from('1')],
  [{ persistent: true, expiration: '60000', contentType: '', priority: 0 }, Buffer.alloc(2048, 'a')],
  [{ persistent: true }, Buffer.alloc(2049, 'a')],
  [{ persistent: true }, Buffer.alloc(300_000, 'a')],
  ...Object.values(headers).map((each): readonly [Options.Publish, Buffer] => [
    { headers: each },
    Buffer.from('2'),
  ]),
];

describe('sendConfirmed', () => {
  it('sends the same frames as amqplib’s publish, and is confirmed like it', async () => {
    const { channel, queue } = await openChannel();
    const message = {
      exchange: '',
      routingKey: queue,
      body: Buffer.from('{"n":1}'),
      deadlineEpochMs: Date.now() + 5_000,
      properties: {
        messageId: 'one',
        type: 'POST /a/',
        timestamp: 1_795_000_000,
        contentType: 'application/json',
        contentEncoding: 'identity',
        persistent: true,
        mandatory: true,
        expiration: 60_000,
        replyTo: 'someone',
        correlationId: '7',
        priority: 3,
        appId: 'test',
        headers: { text: 'é', whole: 12_345_678_901, part: { '!': 'double', value: 1.5 }, absent: undefined },
      },
    };

    const answers = await Promise.all([
      new Promise((resolve) => sendConfirmed(channel, message, resolve)),
      new Promise((resolve) =>
        channel.publish('', queue, message.body, message.properties, (error: unknown) => resolve(error)),
      ),
    ]);

    const [ours, amqplibs] = await receive(channel, { queue, count: 2 });
    expect(answers).to.deep.equal([null, null]);
    expect(ours?.properties).to.deep.equal(amqplibs?.properties);
    expect(ours?.properties).to.include({ deliveryMode: 2, expiration: '60000', messageId: 'one' });
    expect(String(ours?.content)).to.equal('{"n":1}');
  });

  it('sends what amqplib sends, whatever the message', async () => {
    const { channel, queue } = await openChannel();

    for (const [own, body] of messages) {
      const properties = { persistent: false, headers: {}, ...own };
      const message = { exchange: '', routingKey: queue, body, properties };
      await new Promise((resolve) => sendConfirmed(channel, message, resolve));
      channel.publish('', queue, body, properties);
    }

    const received = await receive(channel, { queue, count: 2 * messages.length });
    for (const [place] of messages.entries()) {
      const [ours, amqplibs] = received.slice(2 * place, 2 * place + 2);
      expect(ours?.properties).to.deep.equal(amqplibs?.properties);
      expect(ours?.content.equals(amqplibs?.content ?? Buffer.alloc(0))).to.equal(true);
    }
  });

  it('throws what amqplib throws for a text that is too long, and on a closed channel', async () => {
    const { channel, queue } = await openChannel();
    const send = (properties: Options.Publish) => () =>
      sendConfirmed(
        channel,
        { exchange: '', routingKey: queue, body: Buffer.from('1'), properties },
        () => {},
      );

    expect(send({ type: 'é'.repeat(128) })).to.throw(TypeError);
    await channel.close();
    expect(send({})).to.throw(IllegalOperationError);
  });

  it('works where amqplib has nothing but publish', async () => {
    const { channel, queue } = await openChannel();
    const publish: ConfirmChannel['publish'] = (...args) => channel.publish(...args);
    // The one method is all that is left of the channel.
    const bare = { publish } as ConfirmChannel;
    const properties = { messageId: 'two', mandatory: true };
    const outgoing = {
      exchange: '',
      routingKey: queue,
      body: Buffer.from('1'),
      properties,
      deadlineEpochMs: 0,
    };

    await new Promise((resolve) => sendConfirmed(bare, outgoing, resolve));

    const [received] = await receive(channel, { queue, count: 1 });
    expect(received?.properties.messageId).to.equal('two');
  });
});

async function openChannel(): Promise<{ channel: ConfirmChannel; queue: string }> {
  const connection = use(await openAmqp(), (connection) => connection.close());
  const channel = await connection.createConfirmChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  return { channel, queue };
}

function receive(
  channel: ConfirmChannel,
  { queue, count }: { queue: string; count: number },
): Promise<ConsumeMessage[]> {
  return new Promise((resolve, reject) => {
    const received: ConsumeMessage[] = [];
    const take = (message: ConsumeMessage | null): void => {
      if (message && received.push(message) === count) resolve(received);
    };
    channel.consume(queue, take, { noAck: true }).catch(reject);
  });
}
