import { connect } from 'node:net';
import { expect } from 'chai';
import { until } from '../../../test/support/until.ts';
import { openBus, openClient, openLive, publish, publishBody } from './support/open-live.ts';

describe('the plain form of the live bridge', () => {
  it('sends every message to every client once, in order, as the bytes of its data', async () => {
    const bus = await openBus();
    const server = await openLive(bus);
    const clients = await Promise.all(Array.from({ length: 20 }, () => openClient(server)));
    const sent = Array.from({ length: 200 }, (_, i) => `{"i": ${i}, "n": 12345678901234567890, "f": 1.0}`);

    for (const data of sent) await publish(bus, data);

    await until(() => clients.every(({ received }) => received.length >= sent.length));
    for (const { received } of clients) expect(received).to.deep.equal(sent);
    expect(await server.metric('frames_sent_total')).to.equal(20 * 200);
    expect(await server.metric('messages_total{feed="messages"}')).to.equal(200);
    expect(await server.metric('connections')).to.equal(20);
  });

  it('serves more clients than one slice', async () => {
    const bus = await openBus();
    const server = await openLive(bus);
    const clients = await Promise.all(Array.from({ length: 1_100 }, () => openClient(server)));

    for (let i = 0; i < 5; i += 1) await publish(bus, `${i}`);

    await until(() => clients.every(({ received }) => received.length >= 5));
    for (const { received } of clients) expect(received).to.deep.equal(['0', '1', '2', '3', '4']);
  });

  it('sends every public feed and no other', async () => {
    const bus = await openBus();
    const server = await openLive(bus);
    const client = await openClient(server);

    await publish(bus, '"secret"', '/secrets/');
    await publish(bus, '"message"');
    await publish(bus, '"note"', '/notes/');

    await until(() => client.received.length >= 2);
    expect(client.received).to.have.members(['"message"', '"note"']);
  });

  it('sends nothing that was published before a client connected', async () => {
    const bus = await openBus();
    const server = await openLive(bus);
    const early = await openClient(server);
    await publish(bus, '"before"');
    await until(() => early.received.length === 1);

    const late = await openClient(server);
    await publish(bus, '"after"');

    await until(() => late.received.length > 0);
    expect(late.received).to.deep.equal(['"after"']);
  });

  it('skips a message that is not an envelope, and one that is not UTF-8', async () => {
    const bus = await openBus();
    const server = await openLive(bus);
    const client = await openClient(server);

    await publishBody(bus, Buffer.from('nonsense'));
    await publishBody(bus, Buffer.from('{"data":"\xff"}', 'latin1'));
    for (const foreign of ['{"order":7}', '{}', '{"Data":{}}', '{"payload":{},"args":null}']) {
      await publishBody(bus, Buffer.from(foreign));
    }
    await publish(bus, '"good"');

    await until(() => client.received.length > 0);
    expect(client.received).to.deep.equal(['"good"']);
    expect(await server.metric('skipped_total{feed="messages"}')).to.equal(6);
  });

  it('sends the same to the clients of every process on the bus', async () => {
    const bus = await openBus();
    const servers = [await openLive(bus), await openLive(bus)];
    const clients = await Promise.all(servers.map((server) => openClient(server)));

    for (let i = 0; i < 50; i += 1) await publish(bus, `${i}`);

    await until(() => clients.every(({ received }) => received.length >= 50));
    const [first, second] = clients;
    expect(first?.received).to.deep.equal(second?.received);
  });

  it('continues to serve the others when a client breaks its connection', async () => {
    const bus = await openBus();
    const server = await openLive(bus);
    const [client, ...broken] = await Promise.all(Array.from({ length: 10 }, () => openClient(server)));

    for (let i = 0; i < 100; i += 1) {
      if (i % 10 === 0) broken[i / 10]?.ws.terminate();
      await publish(bus, `${i}`);
    }

    await until(() => client?.received.length === 100);
    await until(() => server.live.connections === 1);
  });

  it('answers a request that is not a handshake', async () => {
    const server = await openLive(await openBus());
    const socket = connect(server.port, '127.0.0.1');

    socket.write(
      'GET /ws/v1/ HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n',
    );

    const [answer] = await socket.toArray();
    expect(String(answer)).to.match(/^HTTP\/1.1 400 /);
    expect(server.live.connections).to.equal(0);
  });
});
