import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect } from 'chai';
import { printFigures } from '../support/figures.ts';
import { faultTimeoutMs, sized } from '../support/rounds.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { openLiveSocket } from '../system/live-socket.ts';
import { openApplication, openBusOf } from './support/application.ts';
import { createEvent } from './support/calls.ts';
import { readProcessFigures, toMegabytes } from './support/process-figures.ts';

const messageBytes = 256 * 1024;

/** The ring's 8 MiB, once in each format it is sent in, and garbage that is not collected yet. */
const maxGrowthBytes = 112 * 1024 * 1024;

/** A raw WebSocket connection that is never read from. */
async function openSilentSocket(port: number): Promise<Socket> {
  const socket = use(connect(port, '127.0.0.1'), (socket) => socket.destroy());
  socket.on('error', () => {});
  socket.write(
    'GET /ws/v1/ HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n' +
      'sec-websocket-version: 13\r\nsec-websocket-key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
  await once(socket, 'readable');
  return socket;
}

describe('F25: a watcher that never reads', function () {
  this.timeout(faultTimeoutMs);

  it('is closed with 4001 in bounded memory, while the others get everything', async () => {
    const count = sized({ short: 400, full: 4_000 });
    const application = await openApplication({ hasFeed: true, workers: () => '  {}' });
    const live = await application.open('live');
    const bus = await openBusOf(application);
    const readers = await Promise.all([1, 2, 3].map(() => openLiveSocket(live.url)));
    const silent = [await openSilentSocket(live.port), await openSilentSocket(live.port)];
    const data = JSON.stringify('x'.repeat(messageBytes - 2));
    const before = await readProcessFigures(live);
    let mostBytes = 0;

    for (let sent = 1; sent <= count; sent += 1) {
      await bus.publish(application.exchange, createEvent(String(sent), data), {
        deadlineEpochMs: Date.now() + 10_000,
      });
      await until(() => readers.every(({ received }) => received.length === sent), { everyMs: 1 });
      if (sent % 20 === 0) mostBytes = Math.max(mostBytes, (await readProcessFigures(live)).memoryBytes);
    }

    const closed = await until(async () => {
      const metrics = await (await fetch(`${live.adminUrl}/metrics`)).text();
      const slow = /^restmapper_live_closed_total\{code="4001"\} (\d+)$/m.exec(metrics)?.[1];
      return Number(slow) === silent.length && slow;
    });
    const grown = mostBytes - before.memoryBytes;
    printFigures('F25', {
      messages: count,
      readers: readers.length,
      'closed 4001': closed,
      'grown MB': toMegabytes(grown),
    });
    expect(readers.every(({ received }) => received.every((text) => text === data))).to.equal(true);
    expect(grown).to.be.below(maxGrowthBytes);
  });
});
