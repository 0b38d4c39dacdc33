import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventMessageId } from '@restmapper/core';
import { parseEndpoints, topologyOf } from '@restmapper/endpoints';
import type { Channel, ConsumeMessage } from 'amqplib';
import { expect } from 'chai';
import { useTestDatabase } from '../../packages/workers/test/support/databases.ts';
import { amqpUrl, deleteTopology, openAmqp } from '../support/amqp.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { type Command, openCommand, openFolder } from './command.ts';

const workersIndex = fileURLToPath(new URL('../../packages/workers/dist/index.js', import.meta.url));

const event = {
  specversion: '1.0',
  id: 'A-1',
  source: 'https://shop.example/orders',
  type: 'com.example.order.placed',
  subject: '7',
  comexamplepriority: 2,
};

/** Passes on what it sees, and says no to orders without a number. */
const handler = `
import { defineHandler, Reject } from ${JSON.stringify(workersIndex)};

export default defineHandler(async ({ data, cloudEvent }, { publish }) => {
  if (data.n === undefined) throw new Reject('no number');
  await publish('POST PATHseen', { data: { cloudEvent } });
});`;

const file = (path: string): string => `
endpoints:
  POST ${path}: { fanout: { cloudEvents: true }, body: { type: object }, feed: ${path.slice(1, -1)} }
  POST ${path}seen: { fanout: { cloudEvents: true }, body: true }
  GET ${path}:
    rpc: true
    query: { properties: { offset: { type: integer }, limit: { type: integer }, paginationId: { type: integer } } }
workers:
  store: { on: POST ${path}, use: append, table: message }
  relay: { on: POST ${path}, use: ./relay.js, queue: "${path}relay" }
  page: { on: GET ${path}, use: page, table: message }
`;

interface Rig {
  readonly command: Command;
  readonly path: string;
  /** Consumes a queue as a program in another language does. */
  readonly take: (queue: string) => Promise<() => Promise<ConsumeMessage>>;
  readonly channel: Channel;
}

async function openRig(): Promise<Rig> {
  const path = `/events-${randomBytes(5).toString('hex')}/`;
  const folder = await openFolder();
  const yaml = file(path);
  use(topologyOf(parseEndpoints(yaml, { file: 'endpoints.yaml', directory: folder })), deleteTopology);
  await writeFile(join(folder, 'endpoints.yaml'), yaml);
  await writeFile(join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(join(folder, 'relay.js'), handler.replace('PATH', path));
  const { url } = await useTestDatabase();
  const env = { AMQP_URL: amqpUrl(), DATABASE_URL: url, LOG_LEVEL: 'warn' };
  const command = await openCommand({ args: ['start', '--file', join(folder, 'endpoints.yaml')], env });
  const connection = use(await openAmqp(), (model) => model.close());
  const channel = await connection.createChannel();
  const take: Rig['take'] = async (queue) => {
    const taken: ConsumeMessage[] = [];
    await channel.consume(queue, (message) => void (message && taken.push(message)), { noAck: true });
    return async () => {
      await until(() => taken.length > 0);
      return taken.shift() as ConsumeMessage;
    };
  };
  return { command, path, take, channel };
}

function post(url: string, value: unknown, headers: Record<string, string>): Promise<Response> {
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(value) });
}

const structured = { 'content-type': 'application/cloudevents+json' };
const binary = {
  'content-type': 'application/json',
  ...Object.fromEntries(Object.entries(event).map(([name, value]) => [`ce-${name}`, String(value)])),
};

describe('a CloudEvent on RabbitMQ', function () {
  this.timeout(60_000);

  it('reaches other programs as it was sent, a module with its attributes, and the table once', async () => {
    const { command, path, take, channel } = await openRig();
    const { queue } = await channel.assertQueue('', { exclusive: true });
    await channel.bindQueue(queue, `${path}:POST`, '');
    const [foreign, seen] = [await take(queue), await take(`${path}seen:POST`)];
    const url = `${command.url}/api/v1${path}`;

    const first = await post(url, { ...event, data: { n: 1 } }, structured);
    const again = await post(url, { n: 1 }, binary);

    expect([first.status, again.status]).to.deep.equal([200, 200]);
    const { properties, content } = await foreign();
    expect(properties).to.include({
      contentType: 'application/cloudevents+json',
      messageId: eventMessageId(event),
      type: `POST ${path}`,
    });
    expect(JSON.parse(String(content))).to.deep.equal({ ...event, data: { n: 1 } });
    const repeated = JSON.parse(String((await foreign()).content)) as object;
    expect(repeated).to.include({ ...event, comexamplepriority: '2', datacontenttype: 'application/json' });
    const relayed = JSON.parse(String((await seen()).content)) as Record<string, unknown>;
    expect(relayed).to.include({ source: `${path}seen`, type: `POST ${path}seen` });
    expect(relayed['data']).to.deep.equal({ cloudEvent: event });
    await seen();
    const page = (await (await fetch(url)).json()) as { readonly total: number };
    expect(page.total).to.equal(1);
  });

  it('streams its data alone, and stays a CloudEvent as a dead letter', async () => {
    const { command, path, take } = await openRig();
    const dead = await take(`${path}relay.dead`);

    await post(`${command.url}/api/v1${path}`, { ...event, data: { odd: true } }, structured);

    const { properties, content } = await dead();
    expect(properties).to.include({ contentType: 'application/cloudevents+json' });
    expect(JSON.parse(String(content))).to.deep.equal({ ...event, data: { odd: true } });
    const feed = await until(async () => {
      const text = await (await fetch(`${command.url}/live/v1/${path.slice(1, -1)}`)).text();
      return text.includes('odd') ? text : undefined;
    });
    expect(feed).to.contain('{"odd":true}').and.not.contain('specversion');
  });
});
