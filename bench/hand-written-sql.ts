/**
 * The worker as written by hand, without restmapper: an amqplib consumer that answers with the row of a prepared query.
 * It publishes each reply with a confirm, and acknowledges the request after it.
 */
import { connect } from 'amqplib';
import { Pool } from 'pg';

const queue = process.env.QUEUE ?? '';
const text = 'SELECT id, name, price FROM bench_row WHERE id = $1';

const pool = new Pool({ connectionString: process.env.DATABASE_URL ?? '', max: 10 });
const connection = await connect(process.env.AMQP_URL ?? '', { noDelay: true });
const replies = await connection.createConfirmChannel();
const requests = await connection.createChannel();
await requests.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'classic' } });
await requests.prefetch(64);
await requests.consume(queue, (message) => {
  if (!message) return;
  const { replyTo, correlationId, messageId } = message.properties;
  const { params } = JSON.parse(message.content.toString()) as { params: { id: string } };
  void pool.query<object>({ name: 'row', text, values: [params.id] }).then(({ rows: [row] }) => {
    const reply = Buffer.from(JSON.stringify(row ?? null));
    const properties = { correlationId: String(correlationId), messageId: String(messageId) };
    const options = { ...properties, mandatory: true, contentType: 'application/json' };
    replies.publish('', String(replyTo), reply, options, (error: unknown) => {
      if (error) throw new Error('not confirmed', { cause: error });
      requests.ack(message);
    });
  });
});
process.send?.('ready');
