import { BusError } from '@restmapper/bus';
import { expect } from 'chai';
import { openEventSource } from '../../../test/support/event-source.ts';
import { until } from '../../../test/support/until.ts';
import { openBus, openClient, openLive, publish } from './support/open-live.ts';
import { openSpeaker, type Speaker } from './support/open-speaker.ts';
import { slowDown } from './support/slow-bus.ts';

/** The client's position, this many messages further. */
function positionAhead({ said }: Speaker, lead: number): string {
  const [, epoch, offset] = /^(.*):(-?\d+)$/.exec(String(said('ok').at(-1)?.['at'])) ?? [];
  return `${epoch}:${Number(offset) + lead}`;
}

/** A live bridge whose feed `messages` has this many messages. */
async function openFeed(messages = 5) {
  const bus = await openBus();
  for (let i = 0; i < messages; i += 1) await publish(bus, `"old ${i}"`);
  const slow = slowDown(bus);
  const server = await openLive(slow.bus);
  const watcher = await openSpeaker(server);
  await watcher.subscribe();
  return { ...slow, bus, server, watcher };
}

describe('a position that lies ahead of the feed', () => {
  for (const lead of [1, 20, 900]) {
    it(`is one of messages that the broker has lost: ${lead} ahead`, async () => {
      const { bus, server, watcher } = await openFeed();
      const since = positionAhead(watcher, lead);
      const client = await openSpeaker(server);

      const answer = await client.subscribe({ since });

      await publish(bus, '"new"');
      await until(() => client.offsets().length === 1);
      expect(answer).to.include({ recovered: false, replay: 0 });
      expect(
        client.said('gap', 'm').map(({ t, from, to, why, o }) => ({ t, from, to, why, o })),
      ).to.deep.equal([
        { t: 'gap', from: 0, to: 4, why: 'epoch', o: undefined },
        { t: 'm', from: undefined, to: undefined, why: undefined, o: 5 },
      ]);
    });
  }

  it('is reported over events and history too', async () => {
    const { bus, server, watcher } = await openFeed();
    const since = positionAhead(watcher, 7);
    const url = `http://127.0.0.1:${server.port}`;

    const history = await (await fetch(`${url}/live/v1/messages?since=${since}`)).json();
    const events = await openEventSource(`${url}/sse/v1/messages?since=${since}`);

    await publish(bus, '"new"');
    await until(() => events.events.some(({ data }) => data === '"new"'));
    expect(history).to.deep.include({ recovered: false, gap: { from: 0, to: 4, why: 'epoch' } });
    expect(events.events.map(({ event }) => event)).to.include('gap');
  });

  it('is fine when another process was faster, and nothing comes twice', async () => {
    const { bus, server, watcher, hold, release, looks } = await openFeed();
    hold();
    for (let i = 0; i < 3; i += 1) await publish(bus, `"held ${i}"`);
    const since = positionAhead(watcher, 2);
    const client = await openSpeaker(server);
    const answering = client.subscribe({ since });
    client.send({ t: 'unsub', id: 99, feed: 'notes' });
    await until(() => looks() > 0);

    release();

    expect(await answering).to.include({ recovered: true, replay: 1 });
    await until(() => client.offsets().length === 1);
    expect(client.offsets()).to.deep.equal([7]);
    // What the client said meanwhile was received afterwards.
    expect(client.said('ok', 'err').map(({ id }) => id)).to.deep.equal([1, 99]);
  });

  it('is fine also when another client asked before the feed went that far', async () => {
    const { bus, server, watcher, hold, release, looks, delayLooks } = await openFeed();
    hold();
    await publish(bus, '"held"');
    const answerLooks = delayLooks();
    const early = await openSpeaker(server);
    void early.subscribe({ since: positionAhead(watcher, 1) });
    await until(() => looks() === 1);
    await publish(bus, '"held later"');
    const late = await openSpeaker(server);
    const answering = late.subscribe({ since: positionAhead(watcher, 2) });
    // The server receives from one client after the other.
    await (await openSpeaker(server)).subscribe({ feed: 'notes' });

    answerLooks();
    await until(() => looks() === 2);
    release();

    expect(await answering).to.include({ recovered: true, replay: 0 });
  });

  it('leaves nothing behind when the client does not wait', async () => {
    const { bus, server, watcher, hold, release, looks } = await openFeed();
    hold();
    await publish(bus, '"held"');
    const client = await openSpeaker(server);
    void client.subscribe({ since: positionAhead(watcher, 1) }).catch(() => {});
    await until(() => looks() > 0);
    const before = await server.metric('subscriptions{feed="messages"}');

    client.ws.terminate();
    await client.closed;
    release();

    await until(() => server.live.connections === 1);
    // A client that came later has waited longer.
    const later = await openSpeaker(server);
    await later.subscribe({ since: positionAhead(watcher, 1) });
    await later.subscribe({ feed: 'notes' });
    later.ws.terminate();
    await until(() => server.live.connections === 1);
    expect(await server.metric('subscriptions{feed="messages"}')).to.equal(before);
  });

  it('is not judged while the broker does not report the length of the feed', async () => {
    const { server, watcher, failLooksWith } = await openFeed();
    failLooksWith(new BusError('BROKER_UNAVAILABLE', 'away'));
    const since = positionAhead(watcher, 1);
    const url = `http://127.0.0.1:${server.port}`;

    const answer = await (await openSpeaker(server)).subscribe({ since });
    const history = await fetch(`${url}/live/v1/messages?since=${since}`);
    const events = await fetch(`${url}/sse/v1/messages?since=${since}`);

    expect(answer).to.include({ t: 'err', code: 'UNAVAILABLE', retry: true });
    expect(history.status).to.equal(503);
    expect(events.status).to.equal(200);
    expect(await events.text()).to.contain('"code":4006');
  });
});

describe('a feed that has become unreadable', () => {
  it('is reported to its watchers, and refused to others, until it is readable', async () => {
    const { bus, server, watcher, setTrouble } = await openFeed();
    const plain = await openClient(server);

    setTrouble('feed:messages', 'the queue is not a stream');

    await until(() => watcher.said('gap').length === 1);
    expect(watcher.said('gap')).to.deep.equal([{ t: 'gap', f: 'messages', from: 5, to: 4, why: 'broker' }]);
    const late = await openSpeaker(server);
    expect(await late.subscribe()).to.include({ t: 'err', code: 'UNAVAILABLE', retry: true });
    expect(await late.subscribe({ feed: 'notes' })).to.include({ t: 'ok' });
    const latePlain = await openClient(server);
    await publish(bus, '"note"', '/notes/');
    for (const { received } of [plain, latePlain]) await until(() => received.includes('"note"'));
    expect(server.live.isReady).to.equal(true);

    setTrouble('feed:messages', undefined);
    await publish(bus, '"back"');

    for (const { received } of [plain, latePlain]) await until(() => received.includes('"back"'));
    await until(() => watcher.offsets().includes(5));
    expect(watcher.said('gap')).to.have.length(1);
    expect(await late.subscribe({ mode: 'latest' })).to.include({ t: 'ok', replay: 1 });
  });

  it('is reported also to watchers that still have its last messages to read', async () => {
    const { bus, server, watcher, hold, release, setTrouble } = await openFeed();
    const elsewhere = await openSpeaker(server);
    await elsewhere.subscribe({ where: { text: 'other' } });
    hold();
    await publish(bus, '"held"');

    release();
    setTrouble('feed:messages', 'the queue is not a stream');

    for (const { said } of [watcher, elsewhere]) await until(() => said('gap').length === 1);
    expect(watcher.offsets()).to.deep.equal([5]);
    expect(elsewhere.offsets()).to.deep.equal([]);
  });
});
