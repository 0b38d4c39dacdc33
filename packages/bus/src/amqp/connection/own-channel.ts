import type { Channel, ChannelModel } from 'amqplib';

/** Opens a channel whose errors only show in the methods that are called on it: unheard, they would end the process. */
export async function openOwnChannel(model: ChannelModel): Promise<Channel> {
  const channel = await model.createChannel();
  return channel.on('error', () => {});
}
