/**
 * The gateway as written by hand, without restmapper: a Koa route that validates with ajv and publishes with
 * amqplib, with the same confirms and the same queues. It listens on a free port and tells its parent which.
 */
import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Router } from '@koa/router';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { type ConfirmChannel, connect } from 'amqplib';
import Koa, { type Context } from 'koa';
import { bodySchema, exchanges } from './workload.ts';

const validate = new Ajv2020({ allErrors: true }).compile(bodySchema);
const connection = await connect(process.env.AMQP_URL ?? '', { noDelay: true });
const channel: ConfirmChannel = await connection.createConfirmChannel();
const { fanout, rpc } = exchanges('hand');
const pending = new Map<string, (body: Buffer) => void>();
const returned = new Set<string>();

await channel.assertExchange(fanout, 'fanout');
await channel.assertQueue(`${fanout}.dead`, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
await channel.assertQueue(fanout, {
  durable: true,
  arguments: {
    'x-queue-type': 'quorum',
    'x-delivery-limit': 20,
    'x-overflow': 'reject-publish',
    'x-dead-letter-strategy': 'at-least-once',
    'x-dead-letter-exchange': '',
    'x-dead-letter-routing-key': `${fanout}.dead`,
  },
});
await channel.bindQueue(fanout, fanout, '');
await channel.assertExchange(rpc, 'direct');
await channel.assertQueue(rpc, { durable: true, arguments: { 'x-queue-type': 'classic' } });
await channel.bindQueue(rpc, rpc, rpc);
const { queue: replyTo } = await channel.assertQueue('', { exclusive: true });
await channel.consume(
  replyTo,
  (message) => {
    if (message) pending.get(String(message.properties.correlationId))?.(message.content);
  },
  { noAck: true },
);
channel.on('return', (message) => returned.add(String(message.properties.messageId)));

const router = new Router();
router.post('/events/', async (context) => {
  const data = await readBody(context);
  const messageId = randomUUID();
  await publish(fanout, '', envelope(data), { messageId, persistent: true });
  if (returned.delete(messageId)) context.throw(503);
  context.body = {};
});
router.post('/requests/', async (context) => {
  const data = await readBody(context);
  const correlationId = randomUUID();
  const reply = new Promise<Buffer>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no reply')), 10_000);
    pending.set(correlationId, (body) => {
      clearTimeout(timer);
      resolve(body);
    });
  });
  try {
    const properties = { messageId: correlationId, correlationId, replyTo, expiration: 10_000 };
    await publish(rpc, rpc, envelope(data), properties);
    context.body = await reply;
    context.type = 'json';
  } finally {
    pending.delete(correlationId);
  }
});

const app = new Koa();
app.use(router.routes());
const server = app.listen(0, '127.0.0.1', () => {
  // A TCP server's address is an object.
  process.send?.((server.address() as AddressInfo).port);
});

async function readBody(context: Context): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of context.req) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  if (!validate(JSON.parse(body.toString('utf8')))) context.throw(422);
  return body;
}

function envelope(data: Buffer): Buffer {
  return Buffer.concat([Buffer.from('{"data":'), data, Buffer.from(',"args":null}')]);
}

function publish(exchange: string, routingKey: string, ...[body, options]: [Buffer, object]): Promise<void> {
  return new Promise((resolve, reject) => {
    channel.publish(
      exchange,
      routingKey,
      body,
      {
        ...options,
        mandatory: true,
        contentType: 'application/json',
        timestamp: Math.floor(Date.now() / 1000),
      },
      (error: unknown) => (error ? reject(new Error('not confirmed', { cause: error })) : resolve()),
    );
  });
}
