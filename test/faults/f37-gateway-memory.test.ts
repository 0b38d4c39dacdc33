import { once } from 'node:events';
import { connect as connectSocket, type Socket } from 'node:net';
import { type Channel, connect } from 'amqplib';
import { expect } from 'chai';
import { printFigures } from '../support/figures.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import type { Command } from '../system/command.ts';
import { openApplication } from './support/application.ts';
import { readProcessFigures, toMegabytes } from './support/process-figures.ts';

const megabyte = 1_000_000;
const budgetBytes = 64 * megabyte;

/** The held bytes, a copy on the way to or from the broker, and garbage that is not collected yet. */
const maxGrowthBytes = 2 * budgetBytes + 256 * megabyte;

/** Opens a connection that reads only the status of its answer. */
function openUnread(port: number): { readonly socket: Socket; readonly status: () => string | undefined } {
  const socket = use(connectSocket(port, '127.0.0.1'), (socket) => socket.destroy());
  let head = '';
  socket.on('error', () => {});
  socket.once('readable', () => {
    head = String((socket.read(12) as Buffer | null) ?? '');
  });
  return { socket, status: () => /^HTTP\/1\.1 (\d+)/.exec(head)?.[1] };
}

/** Samples a process's memory and its held bytes; returns a function that stops and reports the maxima. */
async function watchMemory(
  gateway: Command,
): Promise<() => Promise<{ grownBytes: number; heldBytes: number }>> {
  const before = await readProcessFigures(gateway);
  let [mostBytes, mostHeld] = [0, 0];
  const look = async (): Promise<void> => {
    const [{ memoryBytes }, held] = await Promise.all([readProcessFigures(gateway), readHeld(gateway)]);
    mostBytes = Math.max(mostBytes, memoryBytes);
    mostHeld = Math.max(mostHeld, held);
  };
  let looking = Promise.resolve();
  const timer = use(
    setInterval(() => {
      looking = looking.then(look);
    }, 100),
    clearInterval,
  );
  return async () => {
    clearInterval(timer);
    await looking;
    return { grownBytes: mostBytes - before.memoryBytes, heldBytes: mostHeld };
  };
}

async function readHeld({ adminUrl }: Command): Promise<number> {
  const metrics = await (await fetch(`${adminUrl}/metrics`)).text();
  const [, held] = /^restmapper_http_bytes_held (\d+)$/m.exec(metrics) ?? [];
  if (held === undefined) throw new Error('the gateway does not say what it holds');
  return Number(held);
}

/** Answers the requests of a queue with a body of this many bytes. */
async function answerFrom(channel: Channel, queue: string, body: Buffer): Promise<void> {
  await channel.consume(
    queue,
    (request) => {
      if (!request) return;
      const { replyTo, correlationId } = request.properties as { replyTo: string; correlationId: string };
      channel.publish('RPC', replyTo, body, { correlationId });
    },
    { noAck: true },
  );
}

function countOf(statuses: readonly (string | undefined)[], status: string): number {
  return statuses.filter((one) => one === status).length;
}

describe('F37: callers that make a gateway hold bodies and unread answers', function () {
  this.timeout(faultTimeoutMs);

  it('cannot exceed its limit for answers, nor keep others out by reading a byte a second', async () => {
    const count = sized({ short: 15, full: 60 });
    const application = await openApplication({
      workers: () => '  {}',
      endpoints: (path) => `
  GET ${path}large: { rpc: { timeout: 60s } }
  GET ${path}small: { rpc: { timeout: 60s } }`,
    });
    const { name, broker } = application;
    const gateway = await application.open('serve', { env: { MAX_HELD_BYTES: '64MB' } });
    const model = use(await connect(broker.url), (model) => model.close());
    const channel = await model.createChannel();
    const large = Buffer.from(JSON.stringify('x'.repeat(15 * megabyte)));
    await answerFrom(channel, `/${name}/large:GET`, large);
    await answerFrom(channel, `/${name}/small:GET`, Buffer.from('1'));
    const stopWatching = await watchMemory(gateway);

    const readers = Array.from({ length: count }, () => openUnread(gateway.port));
    for (const { socket } of readers) socket.write(`GET /${name}/large HTTP/1.1\r\nhost: localhost\r\n\r\n`);
    const reading = use(
      setInterval(() => {
        for (const { socket } of readers) socket.read(1);
      }, 1_000),
      clearInterval,
    );
    await until(() => readers.every(({ socket, status }) => status() !== undefined || socket.destroyed), {
      timeoutMs: 60_000,
    });
    const statuses = readers.map(({ status }) => status());
    const small = await fetch(`${application.urlAt(gateway)}small`);
    const honest = await until(
      async () => {
        const response = await fetch(`${application.urlAt(gateway)}large`);
        const body = await response.arrayBuffer();
        return response.status === 200 && body.byteLength;
      },
      { timeoutMs: 60_000, everyMs: 500 },
    );
    const { grownBytes, heldBytes } = await stopWatching();
    clearInterval(reading);
    for (const { socket } of readers) socket.destroy();
    await until(async () => (await readHeld(gateway)) === 0);

    printFigures('F37', {
      readers: count,
      taken: countOf(statuses, '200'),
      refused: countOf(statuses, '503'),
      'budget MB': budgetBytes / megabyte,
      'held MB': heldBytes / megabyte,
      'memory grown MB': toMegabytes(grownBytes),
    });
    expect(new Set(statuses)).to.deep.equal(new Set(['200', '503']));
    expect(small.status).to.equal(200);
    expect(honest).to.equal(large.length);
    expect(heldBytes).to.be.within(large.length, budgetBytes);
    expect(grownBytes).to.be.below(maxGrowthBytes);
  });

  it('cannot exceed its limit for bodies', async () => {
    const count = sized({ short: 15, full: 90 });
    const application = await openApplication({
      workers: () => '  {}',
      endpoints: (path) => `  PUT ${path}: { rpc: { timeout: 60s }, body: true, maxBody: 16MB }`,
    });
    const { name, broker } = application;
    const gateway = await application.open('serve', { env: { MAX_HELD_BYTES: '64MB' } });
    const model = use(await connect(broker.url), (model) => model.close());
    await answerFrom(await model.createChannel(), `/${name}/:PUT`, Buffer.from('1'));
    const body = Buffer.from(JSON.stringify('x'.repeat(16 * megabyte - 2)));
    const head = `PUT /${name}/ HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n`;
    const stopWatching = await watchMemory(gateway);

    const senders = Array.from({ length: count }, () => openUnread(gateway.port));
    for (const { socket } of senders) {
      socket.write(head);
      socket.write(body.subarray(0, -1));
    }
    await until(() => senders.some(({ status }) => status() === '503'), { timeoutMs: 60_000 });
    for (const { socket } of senders) socket.write(body.subarray(-1));
    await until(() => senders.every(({ socket, status }) => status() !== undefined || socket.destroyed), {
      timeoutMs: 60_000,
    });
    const { grownBytes, heldBytes } = await stopWatching();
    const statuses = senders.map(({ status }) => status());
    const again = connectSocket(gateway.port, '127.0.0.1');
    use(again, (socket) => socket.destroy());
    again.write(head);
    again.write(body);
    const [answer] = (await once(again, 'data')) as [Buffer];

    printFigures('F37', {
      bodies: count,
      taken: countOf(statuses, '200'),
      refused: countOf(statuses, '503'),
      late: countOf(statuses, '408'),
      'budget MB': budgetBytes / megabyte,
      'held MB': heldBytes / megabyte,
      'memory grown MB': toMegabytes(grownBytes),
    });
    expect(statuses).to.include('503');
    expect(String(answer)).to.match(/^HTTP\/1\.1 200 /);
    expect(heldBytes).to.be.within(megabyte, budgetBytes);
    expect(grownBytes).to.be.below(maxGrowthBytes);
    await until(async () => (await readHeld(gateway)) === 0);
  });
});
