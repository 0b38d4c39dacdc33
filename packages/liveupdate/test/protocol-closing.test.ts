import { expect } from 'chai';
import { until } from '../../../test/support/until.ts';
import { openBus, openClient, openLive, openSilentClient, publish } from './support/open-live.ts';
import { openSpeaker } from './support/open-speaker.ts';

const subscribeToMessages = JSON.stringify({ t: 'sub', id: 1, feed: 'messages' });

describe('liveupdate.v1.json ends', () => {
  for (const [what, message] of [
    ['no JSON', 'nonsense'],
    ['no object', '[1]'],
    ['of an unknown kind', '{"t":"publish"}'],
    ['a subscription without an id', '{"t":"sub","feed":"messages"}'],
    ['a subscription without a feed', '{"t":"sub","id":1}'],
    ['a position that is not a string', '{"t":"sub","id":1,"feed":"messages","since":5}'],
    ['an unknown mode', '{"t":"sub","id":1,"feed":"messages","mode":"tail:-1"}'],
    ['a filter on something nested', '{"t":"sub","id":1,"feed":"messages","where":{"a":{"b":1}}}'],
    ['a filter that is not an object', '{"t":"sub","id":1,"feed":"messages","where":[1]}'],
    ['bytes', Buffer.from(subscribeToMessages)],
    ['more than 4 KiB', JSON.stringify({ t: 'hello', token: 'x'.repeat(4096) })],
  ] as const) {
    it(`with 4500 for a message that is ${what}`, async () => {
      const client = await openSpeaker(await openLive(await openBus()));

      client.ws.send(message);

      expect((await client.closed).code).to.equal(4500);
      const [bye] = client.said('bye');
      expect(bye).to.include({ code: 4500, why: 'bad message' });
      expect(bye).to.have.property('detail').that.is.not.equal('');
      expect(bye).not.to.have.property('retryMs');
    });
  }

  it('with 4005 for the 21st message within a second, and says when to come back', async () => {
    const client = await openSpeaker(await openLive(await openBus()));

    for (let i = 0; i < 21; i += 1) client.send({ t: 'pong' });

    expect((await client.closed).code).to.equal(4005);
    expect(client.said('bye')[0]?.['retryMs']).to.be.within(5_000, 15_000);
  });

  it('with 4505 for one subscription too many', async () => {
    const client = await openSpeaker(await openLive(await openBus(), { maxSubscriptions: 1 }));
    await client.subscribe({ feed: 'messages' });

    client.send({ t: 'sub', id: 2, feed: 'notes' });

    expect((await client.closed).code).to.equal(4505);
  });

  it('with 4504 for one connection too many from an address, while another address is served', async () => {
    const server = await openLive(
      await openBus(),
      { maxConnectionsPerAddress: 1 },
      { clientAddress: ({ headers }) => String(headers['x-from']) },
    );
    const first = await openSpeaker(server, { headers: { 'x-from': 'a' } });
    const second = await openSpeaker(server, { headers: { 'x-from': 'a' } });
    const other = await openSpeaker(server, { headers: { 'x-from': 'b' } });

    expect((await second.closed).code).to.equal(4504);
    expect(second.said('bye')[0]).to.include({ code: 4504, why: 'too many connections' });
    expect(await other.subscribe()).to.include({ t: 'ok' });

    first.ws.close();
    await until(() => server.live.connections === 1);
    const third = await openSpeaker(server, { headers: { 'x-from': 'a' } });
    expect(await third.subscribe()).to.include({ t: 'ok' });
  });

  it('with 4502 for a page of an origin that is not allowed, in both forms', async () => {
    const server = await openLive(await openBus(), {}, { allowedOrigins: ['https://good.example'] });
    const headers = { origin: 'https://evil.example' };
    const [speaker, plain] = [await openSpeaker(server, { headers }), await openClient(server, { headers })];
    const good = await openSpeaker(server, { headers: { origin: 'https://good.example' } });
    const own = await openSpeaker(server, { headers: { origin: `http://127.0.0.1:${server.port}` } });

    expect((await speaker.closed).code).to.equal(4502);
    expect((await plain.closed).code).to.equal(4502);
    expect(await good.subscribe()).to.include({ t: 'ok' });
    expect(await own.subscribe()).to.include({ t: 'ok' });
  });

  it('with 4000 when the process leaves, spread over the time it has', async () => {
    const server = await openLive(await openBus());
    const clients = await Promise.all(Array.from({ length: 60 }, () => openSpeaker(server)));
    const endedMs: number[] = [];
    for (const { closed } of clients) void closed.then(() => endedMs.push(performance.now()));

    await server.live.close({ timeoutMs: 2_000 });

    await until(() => endedMs.length === 60);
    const byes = clients.map((client) => client.said('bye')[0]);
    expect(byes.every((bye) => bye?.['code'] === 4000)).to.equal(true);
    expect(new Set(byes.map((bye) => bye?.['retryMs'])).size).to.be.greaterThan(20);
    expect(Math.max(...endedMs) - Math.min(...endedMs)).to.be.greaterThan(20);
  });

  it('with 4001 for a client that never reads, counting the messages that were sent', async () => {
    const bus = await openBus();
    const server = await openLive(bus, { maxRingBytes: 512 * 1024, closeTimeoutMs: 100 });
    await openSilentClient(server, { protocol: 'liveupdate.v1.json', first: subscribeToMessages });
    const data = JSON.stringify('x'.repeat(128 * 1024));

    await until(async () => {
      await publish(bus, data);
      return server.live.connections === 0;
    });

    expect(await server.metric('closed_total{code="4001"}')).to.equal(1);
    expect(await server.metric('slow_total{feed="messages"}')).to.equal(1);
    expect(await server.metric('subscriptions{feed="messages"}')).to.equal(0);
  });
});

describe('a client of liveupdate.v1.json that was too slow', () => {
  for (const [feed, what] of [
    ['ticks', 'goes on with what is held, in a feed that skips'],
    ['states', 'goes on with the newest, in a feed of states'],
  ] as const) {
    it(`${what}, and is told what it missed`, async () => {
      const bus = await openBus();
      const server = await openLive(bus, { maxRingFrames: 5 });
      const client = await openSpeaker(server);
      await client.subscribe({ feed });
      client.ws.pause();
      const text = 'x'.repeat(256 * 1024);
      let sent = 0;
      const send = async (): Promise<void> => {
        await publish(bus, JSON.stringify({ n: sent, text }), `/${feed}/`);
        sent += 1;
      };
      await until(async () => {
        await send();
        return server.sockets.some(({ writableLength }) => writableLength >= 64 * 1024);
      });
      for (let i = 0; i < 10; i += 1) await send();

      client.ws.resume();

      await until(() => client.offsets().at(-1) === sent - 1);
      const [gap] = client.said('gap');
      const after = client.said('gap', 'm').findIndex(({ t }) => t === 'gap') + 1;
      expect(client.said('gap')).to.have.length(1);
      expect(gap).to.deep.include({ t: 'gap', f: feed, why: 'slow' });
      expect(gap?.['to']).to.equal(sent - (feed === 'ticks' ? 6 : 2));
      expect(client.said('gap', 'm')[after]?.['o']).to.equal(Number(gap?.['to']) + 1);
      expect(client.said('gap', 'm')[after - 2]?.['o']).to.equal(Number(gap?.['from']) - 1);
      expect(await server.metric(`gaps_total{feed="${feed}",why="slow"}`)).to.equal(1);
    });
  }
});
