import type { Channel, ChannelModel } from 'amqplib';

/**
 * Opens a channel whose errors surface only in the methods called on it; without a listener they would end
 * the process.
 */
export async function openOwnChannel(model: ChannelModel): Promise<Channel> {
  const channel = await model.createChannel();
  return channel.on('error', () => {});
}
