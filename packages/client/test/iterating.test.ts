import { expect } from 'chai';
import { until } from '../../../test/support/until.ts';
import type { LiveGap, LiveMessage, LiveSubscription } from '../src/index.ts';
import { connect, message, openScriptedServer, type Peer, welcome } from './support.ts';

async function take(subscription: LiveSubscription, count: number): Promise<number[]> {
  const offsets: number[] = [];
  const iterator = subscription[Symbol.asyncIterator]();
  while (offsets.length < count) {
    const { value } = await iterator.next();
    if (value) offsets.push(value.offset);
  }
  return offsets;
}

/** Resolves when the client has received everything that was sent so far. */
async function untilReceived(peer: Peer, at: string): Promise<void> {
  peer.send({ t: 'p', at: { messages: at } });
  await until(() => peer.received.some(({ t, at: seen }) => t === 'pong' && seen === at));
}

describe('iterating a subscription of the live client', () => {
  it('yields the messages in order, those that waited first, and ends when it is closed', async () => {
    const server = await openScriptedServer();
    const { live } = connect(server.url);
    const subscription = live.subscribe('messages');
    const peer = await welcome(server);
    peer.send(message(11));
    peer.send(message(12));
    await untilReceived(peer, 'e:12');
    const messages: LiveMessage[] = [];

    const reading = (async () => {
      for await (const message of subscription) messages.push(message);
    })();
    await until(() => messages.length === 2);
    peer.send(message(13));
    await until(() => messages.length === 3);
    subscription.close();
    await reading;

    expect(messages.map(({ offset }) => offset)).to.deep.equal([11, 12, 13]);
  });

  it('moves the position at each request for a message, and resumes after the waiting ones', async () => {
    const server = await openScriptedServer();
    const { live } = connect(server.url);
    const subscription = live.subscribe('messages');
    const first = await welcome(server);
    for (const o of [11, 12, 13]) first.send(message(o));
    await untilReceived(first, 'e:20');
    const positions = [subscription.position];

    for await (const { offset } of subscription) {
      positions.push(subscription.position);
      if (offset === 13) break;
      if (offset !== 11) continue;
      live.reconnect();
      const second = await welcome(server, 1, { at: 'e:20' });
      expect(second.received[0]).to.deep.include({ since: 'e:20' });
    }

    expect(positions).to.deep.equal(['e:10', 'e:10', 'e:11', 'e:12']);
  });

  it('moves the position to the heartbeat once everything before it was read', async () => {
    const server = await openScriptedServer();
    const { live } = connect(server.url);
    const subscription = live.subscribe('messages');
    const peer = await welcome(server);
    peer.send(message(11));
    await untilReceived(peer, 'e:20');

    const iterator = subscription[Symbol.asyncIterator]();
    await iterator.next();
    const whileProcessing = subscription.position;
    void iterator.next();
    const whenIdle = subscription.position;
    await untilReceived(peer, 'e:30');

    expect([whileProcessing, whenIdle, subscription.position]).to.deep.equal(['e:10', 'e:20', 'e:30']);
  });

  it('reports a gap between the messages before and after it', async () => {
    const server = await openScriptedServer();
    const { live } = connect(server.url);
    const events: (number | string)[] = [];
    const subscription = live.subscribe('messages', { onGap: ({ why }) => events.push(why) });
    const peer = await welcome(server);
    peer.send(message(11));
    peer.send({ t: 'gap', f: 'messages', from: 12, to: 14, why: 'broker' });
    peer.send(message(15));
    await untilReceived(peer, 'e:15');

    for await (const { offset } of subscription) {
      events.push(offset);
      if (offset === 15) break;
    }

    expect(events).to.deep.equal([11, 'broker', 15]);
  });

  it('drops the oldest when too many wait, and declares them as a gap before the next', async () => {
    const server = await openScriptedServer();
    const { live } = connect(server.url);
    const gaps: LiveGap[] = [];
    const subscription = live.subscribe('messages', { maxBuffered: 3, onGap: (gap) => gaps.push(gap) });
    const peer = await welcome(server);
    for (let o = 11; o <= 20; o += 1) peer.send(message(o));
    await untilReceived(peer, 'e:20');
    const before = [...gaps];

    const offsets = await take(subscription, 3);

    expect(before).to.deep.equal([]);
    expect(gaps).to.deep.equal([{ feed: 'messages', from: 11, to: 17, why: 'overflow' }]);
    expect(offsets).to.deep.equal([18, 19, 20]);
  });

  it('keeps gaps in order when too many wait', async () => {
    const server = await openScriptedServer();
    const { live } = connect(server.url);
    const gaps: LiveGap[] = [];
    const subscription = live.subscribe('messages', { maxBuffered: 2, onGap: (gap) => gaps.push(gap) });
    const peer = await welcome(server);
    peer.send(message(11));
    peer.send({ t: 'gap', f: 'messages', from: 12, to: 14, why: 'slow' });
    for (const o of [15, 16, 17]) peer.send(message(o));
    await untilReceived(peer, 'e:17');

    const offsets = await take(subscription, 2);

    expect(gaps.map(({ from, to, why }) => [from, to, why])).to.deep.equal([
      [11, 11, 'overflow'],
      [12, 14, 'slow'],
      [15, 15, 'overflow'],
    ]);
    expect(offsets).to.deep.equal([16, 17]);
  });

  it('closes the subscription when the loop is left', async () => {
    const server = await openScriptedServer();
    const { live } = connect(server.url);
    const subscription = live.subscribe('messages');
    const peer = await welcome(server);
    peer.send(message(11));

    for await (const { offset } of subscription) if (offset === 11) break;

    await until(() => peer.received.some(({ t, feed }) => t === 'unsub' && feed === 'messages'));
    expect(await subscription[Symbol.asyncIterator]().next()).to.deep.equal({ done: true, value: undefined });
  });

  it('throws the error of a refusal, after the messages before it', async () => {
    const server = await openScriptedServer();
    const { live } = connect(server.url);
    const subscription = live.subscribe('messages');
    const peer = await welcome(server);
    peer.send(message(11));
    await untilReceived(peer, 'e:11');
    peer.ws.close(4502, 'forbidden');
    await until(() => live.state.kind === 'stopped');

    const offsets = await take(subscription, 1);
    const error: unknown = await subscription[Symbol.asyncIterator]()
      .next()
      .catch((error: unknown) => error);

    expect(offsets).to.deep.equal([11]);
    expect(error).to.include({ name: 'LiveError', code: 4502, message: 'forbidden' });
  });

  it('supports one reader, and not beside onMessage', async () => {
    const server = await openScriptedServer();
    const { live } = connect(server.url);
    const withListener = live.subscribe('messages', { onMessage: () => {} });
    const iterator = live.subscribe('notes')[Symbol.asyncIterator]();
    const waiting = iterator.next();

    const second: unknown = await iterator.next().catch((error: unknown) => error);
    live.close();

    expect(second).to.be.instanceOf(TypeError);
    expect(await waiting).to.deep.equal({ done: true, value: undefined });
    expect(() => withListener[Symbol.asyncIterator]()).to.throw(TypeError, 'onMessage');
  });
});
