import type { Channel } from 'amqplib';
import { expect } from 'chai';
import { openAmqp } from '../../../../../test/support/amqp.ts';
import { use } from '../../../../../test/support/use.ts';
import { countConsumers } from '../../../src/amqp/fast-path/count-consumers.ts';
import { failureOf } from '../../contract/fixtures.ts';

describe('countConsumers', () => {
  it('counts without amqplib’s checkQueue, several queues at once', async () => {
    const { channel, queue } = await openChannel();
    const { queue: other } = await channel.assertQueue('', { exclusive: true });
    await channel.consume(queue, () => {});
    await channel.consume(queue, () => {});
    channel.checkQueue = () => Promise.reject(new Error('not this one'));

    const counts = await Promise.all([queue, other].map((name) => countConsumers(channel, name)));

    expect(counts).to.deep.equal([2, 0]);
  });

  it('works where amqplib has nothing but checkQueue', async () => {
    const { channel, queue } = await openChannel();
    await channel.consume(queue, () => {});
    // The one method is all that is left of the channel.
    const bare = { checkQueue: (name: string) => channel.checkQueue(name) } as Channel;

    expect(await countConsumers(bare, queue)).to.equal(1);
  });

  it('rejects when there is no such queue, and when the channel is closed', async () => {
    const { channel } = await openChannel();
    channel.on('error', () => {});

    const missing = await failureOf(countConsumers(channel, 'no such queue'));
    const closed = await failureOf(countConsumers(channel, 'any'));

    expect([missing, closed].map(String)).to.have.length(2);
    expect(String(missing)).to.include('NOT_FOUND');
    expect(String(closed)).to.include('Channel closed');
  });
});

async function openChannel(): Promise<{ channel: Channel; queue: string }> {
  const connection = use(await openAmqp(), (connection) => connection.close());
  const channel = await connection.createChannel();
  const { queue } = await channel.assertQueue('', { exclusive: true });
  return { channel, queue };
}
