import { once } from 'node:events';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { until } from '../../../test/support/until.ts';
import { openBus, openClient, openLive, openSilentClient, publish } from './support/open-live.ts';

describe('the live bridge closes', () => {
  it('4001 a client that never reads, while the others get everything and memory stays bounded', async () => {
    const bus = await openBus();
    const server = await openLive(bus, { maxRingBytes: 1024 * 1024, closeTimeoutMs: 100 });
    const reader = await openClient(server);
    const silent = await openSilentClient(server);
    const data = JSON.stringify('x'.repeat(64 * 1024));
    let mostBuffered = 0;

    for (let sent = 1; sent <= 2_000 && server.live.connections === 2; sent += 1) {
      await publish(bus, data);
      await until(() => reader.received.length === sent);
      mostBuffered = Math.max(mostBuffered, ...server.sockets.map(({ writableLength }) => writableLength));
    }

    expect(await server.metric('closed_total{code="4001"}')).to.equal(1);
    expect(reader.received.length).to.be.greaterThan(16);
    expect(reader.received.every((received) => received === data)).to.equal(true);
    expect(mostBuffered).to.be.lessThan(64 * 1024 + 2 * data.length);
    silent.destroy();
  });

  it('4001 a client that is behind for too long, though the ring still holds its next message', async () => {
    const bus = await openBus();
    const server = await openLive(bus, { maxLagMs: 100, maxRingBytes: 2 ** 30, closeTimeoutMs: 100 });
    await openSilentClient(server);
    const data = JSON.stringify('x'.repeat(256 * 1024));

    await until(async () => {
      await publish(bus, data);
      return server.live.connections === 0;
    });

    expect(await server.metric('closed_total{code="4001"}')).to.equal(1);
  });

  it('lets a client that was behind catch up, with nothing lost', async () => {
    const bus = await openBus();
    const server = await openLive(bus, { maxRingBytes: 64 * 1024 * 1024 });
    const client = await openClient(server);
    client.ws.pause();
    const sent = Array.from({ length: 400 }, (_, i) => `"${i} ${'x'.repeat(64 * 1024)}"`);

    for (const data of sent) await publish(bus, data);
    await until(() => server.sockets.some(({ writableLength }) => writableLength >= 64 * 1024));
    client.ws.resume();

    await until(() => client.received.length === sent.length);
    expect(client.received).to.deep.equal(sent);
  });

  it('4002 a client that leaves a ping unanswered, and no other', async () => {
    const server = await openLive(await openBus(), { pingIntervalMs: 50 });
    const answering = await openClient(server);
    const dead = await openClient(server, { autoPong: false });
    let pings = 0;
    answering.ws.on('ping', () => (pings += 1));

    const { code } = await dead.closed;

    expect(code).to.equal(4002);
    await until(() => pings >= 4);
    expect(server.live.connections).to.equal(1);
  });

  it('4506 a client that offers only unknown subprotocols', async () => {
    const server = await openLive(await openBus());

    const client = await openClient(server, { protocols: ['liveupdate.v9.json', 'other'] });

    expect(await client.closed).to.deep.equal({ code: 4506, reason: 'unknown version' });
  });

  it('4500 a client that sends too large a message', async () => {
    const server = await openLive(await openBus());
    const client = await openClient(server);

    client.ws.send('x'.repeat(4 * 1024));
    client.ws.send('x'.repeat(4 * 1024 + 1));

    expect((await client.closed).code).to.equal(4500);
  });

  it('1009 a client that sends a message no client may send', async () => {
    const server = await openLive(await openBus());
    const client = await openClient(server);

    client.ws.send('x'.repeat(16 * 1024 + 1));

    expect((await client.closed).code).to.equal(1009);
  });

  it('4005 a client that sends too many messages, none of which does anything', async () => {
    const bus = await openBus();
    const server = await openLive(bus);
    const client = await openClient(server);
    const other = await openClient(server);

    for (let i = 0; i < 20; i += 1) other.ws.send('{"t":"sub"}');
    for (let i = 0; i < 21; i += 1) client.ws.send('{"t":"sub"}');

    expect((await client.closed).code).to.equal(4005);
    await publish(bus, '1');
    await until(() => other.received.length > 0);
    expect(other.received).to.deep.equal(['1']);
  });

  it('no client when there are too many, but answers the next 503', async () => {
    const server = await openLive(await openBus(), { maxConnections: 2 });
    await openClient(server);
    const second = await openClient(server);

    const refused = await openClient(server).catch((error: Error) => error.message);
    second.ws.close();
    await until(() => server.live.connections === 1);
    await openClient(server);

    expect(refused).to.match(/503/);
    expect(await server.metric('refused_total')).to.equal(1);
  });

  it('4000 all its clients when it is closed, and accepts no more', async () => {
    const server = await openLive(await openBus());
    const clients = await Promise.all(Array.from({ length: 100 }, () => openClient(server)));

    await server.live.close({ timeoutMs: 5_000 });

    const codes = await Promise.all(clients.map(async ({ closed }) => (await closed).code));
    expect(new Set(codes)).to.deep.equal(new Set([4000]));
    expect(await server.metric('closed_total{code="4000"}')).to.equal(100);
    const late = new WebSocket(`ws://127.0.0.1:${server.port}/ws/v1/`);
    expect(String(await once(late, 'open').catch((error: unknown) => error))).to.match(/503/);
  });

  it('the connection of a client that does not answer, at the deadline', async () => {
    const server = await openLive(await openBus());
    await openSilentClient(server);
    const startMs = performance.now();

    await server.live.close({ timeoutMs: 200 });

    expect(performance.now() - startMs).to.be.lessThan(1_500);
    expect(server.live.connections).to.equal(0);
  });
});
