import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { expect } from 'chai';
import { amqpUrl } from '../support/amqp.ts';
import { use } from '../support/use.ts';
import { openCommand, openFolder } from './command.ts';

/** The query is passed on as text, and `null` if the caller starts with the newest. */
const file = (path: string) => `
endpoints:
  GET ${path}:
    rpc: { timeout: 20s }
    query:
      properties:
        paginationId: { type: [integer, 'null'], default: null }
        offset: { type: string, default: '0' }
        limit: { type: string, default: '10' }
workers: {}
`;

type Answer = (args: Record<string, unknown>) => unknown;

interface Program {
  /** The URL for callers, through the gateway. */
  readonly url: string;
  /** The bodies that it received, unchanged. */
  readonly bodies: string[];
}

/** A gateway, and a program in the style of another language that answers one of its endpoints. */
async function openProgram(answer: Answer): Promise<Program> {
  const path = `/pages-${randomBytes(5).toString('hex')}/`;
  const folder = await openFolder();
  await writeFile(join(folder, 'endpoints.yaml'), file(path));
  const env = { AMQP_URL: amqpUrl() };
  const gateway = await openCommand({ args: ['serve', '--file', join(folder, 'endpoints.yaml')], env });

  const connection = use(await connect(amqpUrl()), (connection) => connection.close());
  const channel = await connection.createChannel();
  const queue = `${path}:GET`;
  const bodies: string[] = [];
  use(queue, async () => {
    await channel.deleteQueue(queue);
    await channel.deleteExchange(queue);
  });
  await channel.consume(queue, (message) => {
    if (!message) return;
    const { replyTo, correlationId } = message.properties as { replyTo: string; correlationId: string };
    bodies.push(String(message.content));
    const { args } = JSON.parse(String(message.content)) as { args: Record<string, unknown> };
    let reply: unknown;
    try {
      reply = answer(args);
    } catch {
      reply = { error: { code: 500, description: 'Internal server error' } };
    }
    channel.publish('RPC', replyTo, Buffer.from(JSON.stringify(reply)), { correlationId });
    channel.ack(message);
  });
  return { url: `${gateway.url}${path}`, bodies };
}

describe('a worker of another program', () => {
  it('gets the query as the file declares it, and its bare reply reaches the caller', async () => {
    const { url, bodies } = await openProgram(({ paginationId, offset, limit }) => ({
      paginationId: paginationId ?? 7,
      offset: Number(offset),
      limit: Number(limit),
      total: 7,
      messages: [{ price: 1.1 }],
    }));

    const first = await fetch(url);
    const second = await fetch(`${url}?paginationId=7&offset=10&limit=5`);

    expect(bodies.map((body) => JSON.parse(body) as unknown)).to.deep.equal([
      { data: null, args: { paginationId: null, offset: '0', limit: '10' } },
      { data: null, args: { paginationId: 7, offset: '10', limit: '5' } },
    ]);
    expect([first.status, await first.text()]).to.deep.equal([
      200,
      '{"paginationId":7,"offset":0,"limit":10,"total":7,"messages":[{"price":1.1}]}',
    ]);
    expect(await second.json()).to.include({ paginationId: 7, offset: 10, limit: 5 });
  });

  it('reports its failure as an error with code 500, which becomes a problem with that status', async () => {
    const { url } = await openProgram(() => {
      throw new TypeError('boom');
    });

    const response = await fetch(url);

    expect(response.status).to.equal(500);
    expect(response.headers.get('content-type')).to.equal('application/problem+json');
    expect(await response.json()).to.include({ code: 'WORKER_ERROR', detail: 'Internal server error' });
  });
});
