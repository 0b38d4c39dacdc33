/** The peer of both gateways: a plain AMQP program that drains the events and answers the requests. */
import { connect } from 'amqplib';
import { exchanges } from './workload.ts';

const connection = await connect(process.env.AMQP_URL ?? '', { noDelay: true });
const channel = await connection.createChannel();
await channel.prefetch(500);
const reply = Buffer.from('{"stored":true,"position":1234567}');

for (const contestant of ['restmapper', 'hand'] as const) {
  const { fanout, rpc } = exchanges(contestant);
  await channel.consume(fanout, (message) => {
    if (message) channel.ack(message);
  });
  await channel.consume(rpc, (message) => {
    if (!message) return;
    const { replyTo, correlationId } = message.properties;
    channel.sendToQueue(String(replyTo), reply, { correlationId: String(correlationId) });
    channel.ack(message);
  });
}
process.send?.('ready');
