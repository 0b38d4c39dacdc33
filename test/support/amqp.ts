import { connect } from 'amqplib';
import type { Channel, ChannelModel } from 'amqplib';

/** The broker that tests run against. @throws Error when none is named, because no test is skipped. */
export function amqpUrl(): string {
  const url = process.env['TEST_AMQP_URL'];
  if (!url)
    throw new Error('set TEST_AMQP_URL to a RabbitMQ broker, such as amqp://guest:guest@127.0.0.1:5672');
  return url;
}

/** A connection of the test's own, past everything that it tests. */
export async function openAmqp(): Promise<ChannelModel> {
  const model = await connect(amqpUrl(), { noDelay: true });
  // A test that provokes an error sees it where it does so.
  model.on('error', () => {});
  return model;
}

/** Does something to the broker on a channel that ends with it. */
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

/** The names in a topology, as far as deleting it needs them. */
export interface NamedTopology {
  readonly exchanges: readonly { readonly name: string }[];
  readonly queues: readonly { readonly name: string }[];
}

/** Deletes what a topology declared, dead letters included; what is not there is fine. */
export async function deleteTopology({ exchanges, queues }: NamedTopology): Promise<void> {
  await withChannel(async (channel) => {
    for (const { name } of exchanges) await channel.deleteExchange(name);
    for (const { name } of queues) {
      await channel.deleteQueue(name);
      await channel.deleteQueue(`${name}.dead`);
    }
  });
}
