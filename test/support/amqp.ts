import { connect } from 'amqplib';
import type { Channel, ChannelModel } from 'amqplib';

/** The URL of the test broker. @throws Error if none is set, because no test is skipped. */
export function amqpUrl(): string {
  const url = process.env['TEST_AMQP_URL'];
  if (!url)
    throw new Error('set TEST_AMQP_URL to a RabbitMQ broker, such as amqp://guest:guest@127.0.0.1:5672');
  return url;
}

/** A connection of the test itself, independent of the code under test. */
export async function openAmqp(): Promise<ChannelModel> {
  const model = await connect(amqpUrl(), { noDelay: true });
  // A test that provokes an error sees it in the call.
  model.on('error', () => {});
  return model;
}

/** Uses the broker over a channel that is closed afterwards. */
export async function withChannel<T>(work: (channel: Channel) => Promise<T>): Promise<T> {
  const model = await openAmqp();
  try {
    const channel = await model.createChannel();
    channel.on('error', () => {});
    return await work(channel);
  } finally {
    await model.close();
  }
}

/** The names in a topology, as far as its deletion needs them. */
export interface NamedTopology {
  readonly exchanges: readonly { readonly name: string }[];
  readonly queues: readonly { readonly name: string }[];
}

/** Deletes the objects that a topology declared, dead letters included; missing ones are ignored. */
export async function deleteTopology({ exchanges, queues }: NamedTopology): Promise<void> {
  await withChannel(async (channel) => {
    for (const { name } of exchanges) await channel.deleteExchange(name);
    for (const { name } of queues) {
      await channel.deleteQueue(name);
      await channel.deleteQueue(`${name}.dead`);
      // Where the processes that share partitions count each other.
      if (/#\d+$/.test(name)) await channel.deleteQueue(name.replace(/\d+$/, ''));
    }
  });
}
