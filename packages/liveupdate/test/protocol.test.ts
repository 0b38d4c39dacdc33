import { expect } from 'chai';
import { until } from '../../../test/support/until.ts';
import { openBus, openLive, publish } from './support/open-live.ts';
import { openSpeaker, type Speaker } from './support/open-speaker.ts';

/** The position of a client that has had the message, by the epoch that it received. */
function positionAfter(client: Speaker, offset: number): string {
  const { messages = '' } = (client.said('p')[0]?.['at'] ?? {}) as Record<string, string>;
  return messages.replace(/:.*/, `:${offset}`);
}

describe('liveupdate.v1.json', () => {
  it('welcomes a client with its feeds and its limits', async () => {
    const client = await openSpeaker(await openLive(await openBus()));

    const [welcome] = await until(() => client.said().length > 0 && client.said());

    expect(welcome).to.deep.include({
      t: 'welcome',
      ping: 25,
      limits: { subscriptions: 32, messageBytes: 4096, messagesPerSecond: 20, replayMessages: 1000 },
    });
    expect(welcome?.['feeds']).to.have.members(['messages', 'notes', 'ticks', 'states']);
  });

  it('sends the messages after the subscription, with offset, time and unchanged data', async () => {
    const bus = await openBus();
    const client = await openSpeaker(await openLive(bus));
    await publish(bus, '"before"');
    const answer = await client.subscribe();
    const sentMs = Date.now();

    await publish(bus, '{"n": 12345678901234567890, "f": 1.0}');

    await until(() => client.said('m').length === 1);
    expect(answer).to.deep.include({ t: 'ok', feed: 'messages', recovered: true, replay: 0 });
    expect(answer['at']).to.match(/^0\.[0-9a-f]{8}:0$/);
    expect(client.said('m')[0]).to.deep.include({ f: 'messages', o: 1 });
    expect(client.said('m')[0]?.['ts']).to.be.closeTo(sentMs, 1_000);
    expect(client.received.at(-1)).to.include('"d":{"n": 12345678901234567890, "f": 1.0},"ts":');
  });

  it('announces the epoch of a stream that was empty along with its first message', async () => {
    const bus = await openBus();
    const client = await openSpeaker(await openLive(bus));
    const { at } = await client.subscribe();

    await publish(bus, '1');

    await until(() => client.said('p').length === 1);
    expect(at).to.equal('0.0:-1');
    expect(client.said('m', 'p')).to.have.length(2);
    expect(JSON.stringify(client.said('p')[0]?.['at'])).to.match(/^{"messages":"0\.[0-9a-f]{8}:-1"}$/);
  });

  it('resumes after a position: missed messages, then new ones, without a seam', async () => {
    const bus = await openBus();
    const server = await openLive(bus);
    const first = await openSpeaker(server);
    const { at } = await first.subscribe();
    for (let i = 0; i < 20; i += 1) await publish(bus, `${i}`);
    await until(() => first.said('m').length === 20);
    const since = positionAfter(first, 0);

    const publishing = (async () => {
      for (let i = 20; i < 60; i += 1) await publish(bus, `${i}`);
    })();
    const second = await openSpeaker(server);
    const answer = await second.subscribe({ since });
    await publishing;

    await until(() => second.offsets().at(-1) === 59);
    expect(at).to.equal('0.0:-1');
    expect(answer).to.include({ recovered: true });
    expect(second.offsets()).to.deep.equal(Array.from({ length: 59 }, (_, i) => i + 1));
    expect(second.said('gap')).to.deep.equal([]);
    expect(await server.metric('resumes_total{feed="messages",recovered="true"}')).to.equal(1);
  });

  it('resumes in another process on the same bus, and in one that started later', async () => {
    const bus = await openBus();
    const first = await openSpeaker(await openLive(bus));
    await first.subscribe();
    await publish(bus, '0');
    await publish(bus, '1');
    await until(() => first.said('m').length === 2);
    const since = positionAfter(first, 0);
    await publish(bus, '2');

    const late = await openSpeaker(await openLive(bus));
    const answer = await late.subscribe({ since });

    await until(() => late.said('m').length === 2);
    expect(answer).to.include({ recovered: true, replay: 2 });
    expect(late.offsets()).to.deep.equal([1, 2]);
  });

  it('reports what a client missed when it cannot be replayed, and continues from now', async () => {
    const bus = await openBus();
    const server = await openLive(bus, { maxReplayMessages: 5 });
    const first = await openSpeaker(server);
    const { at } = await first.subscribe();
    for (let i = 0; i < 10; i += 1) await publish(bus, `${i}`);

    const client = await openSpeaker(server);
    const answer = await client.subscribe({ since: at });
    await publish(bus, '10');

    await until(() => client.said('m').length === 1);
    expect(answer).to.include({ recovered: false, replay: 0 });
    expect(client.said('ok', 'gap', 'm').map(({ t }) => t)).to.deep.equal(['ok', 'gap', 'm']);
    expect(client.said('gap')[0]).to.deep.equal({ t: 'gap', f: 'messages', from: 0, to: 9, why: 'evicted' });
    expect(client.offsets()).to.deep.equal([10]);
    expect(await server.metric('gaps_total{feed="messages",why="evicted"}')).to.equal(1);
    expect(await server.metric('resumes_total{feed="messages",recovered="false"}')).to.equal(1);
  });

  it('sends the newest messages first to a client that requests a tail', async () => {
    const bus = await openBus();
    const server = await openLive(bus);
    const [tail, latest] = [await openSpeaker(server), await openSpeaker(server)];
    for (let i = 0; i < 9; i += 1) await publish(bus, `${i}`);

    const answers = [await tail.subscribe({ mode: 'tail:3' }), await latest.subscribe({ mode: 'latest' })];
    await publish(bus, '9');

    await until(() => tail.said('m').length === 4 && latest.said('m').length === 2);
    expect(answers.map(({ replay }) => replay)).to.deep.equal([3, 1]);
    expect(tail.offsets()).to.deep.equal([6, 7, 8, 9]);
    expect(latest.offsets()).to.deep.equal([8, 9]);
  });

  it('sends only messages that match a filter', async () => {
    const bus = await openBus();
    const client = await openSpeaker(await openLive(bus));
    await client.subscribe({ where: { room: '42', open: true } });

    for (const room of ['"42"', '42', '"43"']) await publish(bus, `{"room":${room},"open":true}`);
    await publish(bus, '{"room":"42","open":false}');
    await publish(bus, '{"open":true,"room":"42"}');

    await until(() => client.said('m').length === 2);
    expect(client.offsets()).to.deep.equal([0, 4]);
  });

  it('carries several feeds over one connection, and drops one that is no longer wanted', async () => {
    const bus = await openBus();
    const server = await openLive(bus);
    const client = await openSpeaker(server);
    await client.subscribe({ feed: 'messages' });
    await client.subscribe({ feed: 'notes' });
    await publish(bus, '"m0"');
    await publish(bus, '"n0"', '/notes/');
    await until(() => client.said('m').length === 2);
    expect(await server.metric('subscriptions{feed="notes"}')).to.equal(1);

    client.send({ t: 'unsub', id: 77, feed: 'notes' });
    await until(() => client.said('ok').some(({ id }) => id === 77));
    await publish(bus, '"n1"', '/notes/');
    await publish(bus, '"m1"');

    await until(() => client.said('m').some(({ d }) => d === 'm1'));
    expect(client.said('m').map(({ f, d }) => [f, d])).to.have.deep.members([
      ['messages', 'm0'],
      ['notes', 'n0'],
      ['messages', 'm1'],
    ]);
    expect(await server.metric('subscriptions{feed="notes"}')).to.equal(0);
  });

  for (const [code, message] of [
    ['UNKNOWN_FEED', { t: 'sub', feed: 'nothing' }],
    ['FORBIDDEN', { t: 'sub', feed: 'secrets' }],
    ['ALREADY_SUBSCRIBED', { t: 'sub', feed: 'messages' }],
    ['NOT_SUBSCRIBED', { t: 'unsub', feed: 'notes' }],
  ] as const) {
    it(`answers ${code}, and the connection continues`, async () => {
      const bus = await openBus();
      const client = await openSpeaker(await openLive(bus));
      await client.subscribe();

      client.send({ id: 9, ...message });

      const [error] = await until(() => client.said('err').length > 0 && client.said('err'));
      expect(error).to.include({ id: 9, code, retry: false });
      await publish(bus, '1');
      await until(() => client.said('m').length === 1);
    });
  }

  it('keeps a quiet client at the newest position by heartbeats, also past filtered messages', async () => {
    const bus = await openBus();
    const client = await openSpeaker(await openLive(bus, { pingIntervalMs: 30 }));
    await client.subscribe({ where: { a: 1 } });
    await client.subscribe({ feed: 'notes' });

    await publish(bus, '{"a":2}');
    await publish(bus, '{"a":3}');

    const at = await until(() =>
      client
        .said('p')
        .map((p) => p['at'] as Record<string, string>)
        .find((at) => at['messages']?.endsWith(':1')),
    );
    expect(at['notes']).to.equal('0.0:-1');
    expect(client.said('m')).to.deep.equal([]);
  });

  it('keeps a client that answers heartbeats with pong messages only', async () => {
    const server = await openLive(await openBus(), { pingIntervalMs: 50 });
    const client = await openSpeaker(server, { autoPong: false });
    await client.subscribe();
    client.ws.on('message', (data: Buffer) => {
      if (String(data).includes('"t":"p"')) client.send({ t: 'pong', at: '0.0:-1' });
    });

    await until(() => client.said('p').length >= 4);

    expect(server.live.connections).to.equal(1);
  });

  it('accepts a hello, and needs none', async () => {
    const client = await openSpeaker(await openLive(await openBus()));

    client.send({ t: 'hello', token: 'x.y.z' });

    expect(await client.subscribe()).to.include({ t: 'ok' });
  });
});
