import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Channel, ConsumeMessage } from 'amqplib';
import { expect } from 'chai';
import { amqpUrl, openAmqp } from '../support/amqp.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { type Command, openCommand, openFolder, runCommand } from './command.ts';

const file = (name: string): string => `
endpoints:
  POST /quote: { rpc: { queue: ${name}.quotes, timeout: 5s }, body: true }
  POST /events/{region}:
    publish: { exchange: ${name}.events, routingKey: 'order.{params.region}.{data.kind}' }
    body: true
  POST /declared: { publish: { exchange: ${name}.declared, routingKey: a, format: envelope, declare: topic } }
`;

interface Rig {
  readonly name: string;
  readonly path: string;
  readonly command: Command;
  /** A channel of another application. */
  readonly channel: Channel;
  post(path: string, body: string): Promise<{ readonly status: number; readonly text: string }>;
  /** The state of the process's parts and services. */
  checks(): Promise<Readonly<Record<string, string>>>;
}

async function openRig(): Promise<Rig> {
  const name = `foreign-${randomBytes(5).toString('hex')}`;
  const path = join(await openFolder(), 'endpoints.yaml');
  await writeFile(path, file(name));
  const connection = use(await openAmqp(), (model) => model.close());
  const channel = await connection.createChannel();
  use(name, async () => {
    await channel.deleteQueue(`${name}.quotes`);
    for (const exchange of ['events', 'declared']) await channel.deleteExchange(`${name}.${exchange}`);
  });
  const args = ['serve', '--file', path];
  const command = await openCommand({ args, env: { AMQP_URL: amqpUrl(), LOG_LEVEL: 'error' } });
  const post: Rig['post'] = async (to, body) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${command.url}${to}`, { method: 'POST', headers, body });
    return { status: response.status, text: await response.text() };
  };
  const checks: Rig['checks'] = async () => {
    const response = await fetch(`${command.adminUrl}/readyz`);
    return ((await response.json()) as { readonly checks: Record<string, string> }).checks;
  };
  return { name, path, command, channel, post, checks };
}

/** Answers each request as a program does that knows only `reply_to` and `correlation_id`. */
async function answer(channel: Channel, queue: string, reply: (body: string) => string): Promise<void> {
  const take = (message: ConsumeMessage | null): void => {
    if (!message) return;
    const { replyTo, correlationId } = message.properties as { replyTo: string; correlationId: string };
    channel.sendToQueue(replyTo, Buffer.from(reply(String(message.content))), { correlationId });
  };
  await channel.consume(queue, take, { noAck: true });
}

describe('what another application has on RabbitMQ', function () {
  this.timeout(60_000);

  it('is used as it is: its worker answers, its queues get events', async () => {
    const { name, channel, post, checks } = await openRig();
    await channel.assertQueue(`${name}.quotes`, { durable: false, autoDelete: true });
    await channel.assertExchange(`${name}.events`, 'topic', { durable: false });
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, `${name}.events`, 'order.eu.#');
    const events: ConsumeMessage[] = [];
    await channel.consume(queue, (message) => void (message && events.push(message)), { noAck: true });
    await answer(channel, `${name}.quotes`, (body) =>
      body === '"gone"' ? '{"error":{"code":404,"description":"no such item"}}' : `{"asked":${body}}`,
    );
    await until(async () => Object.values(await checks()).every((state) => state === 'ok'), {
      timeoutMs: 30_000,
    });

    const quote = await post('/quote', '{"n":1.0}');
    const gone = await post('/quote', '"gone"');
    const event = await post('/events/eu', '{"kind":"a.b"}');
    const unroutable = await post('/events/us', '{"kind":"a"}');
    const declared = await post('/declared', '');

    expect(quote).to.deep.equal({ status: 200, text: '{"asked":{"n":1.0}}' });
    expect(gone.status).to.equal(404);
    expect(JSON.parse(gone.text)).to.include({ code: 'WORKER_ERROR', detail: 'no such item' });
    expect(event).to.deep.equal({ status: 200, text: '{}' });
    expect([unroutable.status, declared.status]).to.deep.equal([503, 503]);
    expect(JSON.parse(declared.text)).to.include({ code: 'UNROUTABLE' });
    await until(() => events.length > 0);
    expect(events[0]?.fields).to.include({ exchange: `${name}.events`, routingKey: 'order.eu.a%2Eb' });
    expect(String(events[0]?.content)).to.equal('{"kind":"a.b"}');
    expect(events[0]?.properties).to.include({ contentType: 'application/json', deliveryMode: 2 });
  });

  it('is named while it is missing, by /readyz, the report and the check', async () => {
    const { name, path, command, post, checks } = await openRig();
    const expected = {
      'endpoint POST /quote': `unavailable: the queue ${name}.quotes does not exist`,
      'endpoint POST /events/{region}': `unavailable: the exchange ${name}.events does not exist`,
    };
    await until(
      async () => Object.values(await checks()).filter((state) => /does not exist/.test(state)).length === 2,
    );

    const found = await checks();
    const quote = await post('/quote', '{}');
    const event = await post('/events/eu', '{"kind":"a"}');
    const check = await runCommand({
      args: ['check', '--live', '--role', 'serve', path],
      env: { AMQP_URL: amqpUrl() },
    });

    expect(found).to.include(expected);
    expect([quote.status, event.status]).to.deep.equal([503, 503]);
    expect(JSON.parse(quote.text)).to.include({ code: 'NOT_DECLARED' });
    expect(check.stderr + check.stdout).to.contain(
      `the queue ${name}.quotes of another application does not exist`,
    );
    expect(check.stderr + check.stdout).to.contain(`the exchange ${name}.events of another application`);
    expect(command.adminUrl).to.be.a('string');
  });
});
