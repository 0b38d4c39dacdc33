import { expect } from 'chai';
import { until } from '../../../test/support/until.ts';
import type { LiveError, LiveGap, LiveMessage, LiveReady } from '../src/index.ts';
import { connect, message, openScriptedServer, type Peer, welcome } from './support.ts';

const offsets = (messages: readonly LiveMessage[]) => messages.map(({ offset }) => offset);

/** The subscriptions that a peer received. */
const asked = (peer: Peer) => peer.received.filter(({ t }) => t === 'sub');

describe('a subscription of the live client', () => {
  it('delivers messages with their position, time, data and the text of their data', async () => {
    const server = await openScriptedServer();
    const { live } = connect(server.url);
    const messages: LiveMessage[] = [];
    live.subscribe('messages', { onMessage: (message) => messages.push(message) });
    const peer = await welcome(server);

    peer.sendText('{"t":"m","f":"messages","o":11,"d":{"n": 12345678901234567890, "f": 1.0},"ts":1700}');

    await until(() => messages.length > 0);
    expect(messages).to.deep.equal([
      {
        feed: 'messages',
        offset: 11,
        position: 'e:11',
        data: { n: 12345678901234567000, f: 1 },
        raw: '{"n": 12345678901234567890, "f": 1.0}',
        sentAt: 1700,
      },
    ]);
  });

  it('requests what its options say, and reports when it is ready', async () => {
    const server = await openScriptedServer();
    const { live } = connect(server.url);
    const ready: LiveReady[] = [];
    live.subscribe('messages', {
      mode: 'tail:20',
      where: { room: '42' },
      onReady: (value) => ready.push(value),
      onMessage: () => {},
    });

    const peer = await welcome(server, 0, { at: 'e:10', recovered: true, replay: 2 });

    await until(() => ready.length > 0);
    const { id, ...request } = asked(peer)[0] ?? {};
    expect(id).to.be.a('number');
    expect(request).to.deep.equal({ t: 'sub', feed: 'messages', where: { room: '42' }, mode: 'tail:20' });
    expect(ready).to.deep.equal([{ at: 'e:10', recovered: true, replay: 2 }]);
  });

  it('resumes after the last message on a reconnect, and drops duplicates', async () => {
    const server = await openScriptedServer();
    const { live } = connect(server.url);
    const messages: LiveMessage[] = [];
    live.subscribe('messages', { mode: 'tail:5', onMessage: (message) => messages.push(message) });
    const first = await welcome(server, 0, { at: 'e:10', replay: 1 });
    for (const o of [10, 11, 11, 13]) first.send(message(o));
    await until(() => messages.length === 3);

    live.reconnect();
    const second = await welcome(server, 1, { at: 'e2:15', replay: 3 });
    for (const o of [13, 14, 15, 16]) second.send(message(o));

    await until(() => messages.length === 6);
    expect(asked(second)[0]).to.deep.include({ since: 'e:13', mode: 'all' });
    expect(offsets(messages)).to.deep.equal([10, 11, 13, 14, 15, 16]);
    expect(messages.at(-1)?.position).to.equal('e2:16');
  });

  it('takes its position from heartbeats too, and answers them', async () => {
    const server = await openScriptedServer();
    const { live } = connect(server.url);
    const subscription = live.subscribe('messages', { onMessage: () => {} });
    const first = await welcome(server);

    first.send({ t: 'p', at: { messages: 'e1024:2000' } });
    await until(() => first.received.some(({ t }) => t === 'pong'));
    live.reconnect();
    const second = await welcome(server, 1);

    expect(first.received.at(-1)).to.deep.equal({ t: 'pong', at: 'e1024:2000' });
    expect(asked(second)[0]).to.deep.include({ since: 'e1024:2000' });
    await until(() => subscription.position === 'e:10');
  });

  it('begins at an earlier position, and keeps it until the server has answered', async () => {
    const server = await openScriptedServer();
    const { live } = connect(server.url);

    const subscription = live.subscribe('messages', { since: 'e:7', onMessage: () => {} });
    const before = subscription.position;
    const peer = await welcome(server, 0, { at: 'e:9', replay: 0 });

    await until(() => subscription.position === 'e:9');
    expect(before).to.equal('e:7');
    expect(asked(peer)[0]).to.deep.include({ since: 'e:7' });
  });

  it('moves its position once a message is processed, not before', async () => {
    const server = await openScriptedServer();
    const { live } = connect(server.url);
    const during: (string | undefined)[] = [];
    const subscription = live.subscribe('messages', {
      onMessage: () => during.push(subscription.position),
    });
    const peer = await welcome(server);

    peer.send(message(11));
    peer.send(message(12));

    await until(() => subscription.position === 'e:12');
    expect(during).to.deep.equal(['e:10', 'e:11']);
  });

  it('reports a gap at its place, and continues after it', async () => {
    const server = await openScriptedServer();
    const { live } = connect(server.url);
    const events: (number | LiveGap)[] = [];
    const subscription = live.subscribe('messages', {
      onMessage: ({ offset }) => events.push(offset),
      onGap: (gap) => events.push(gap),
    });
    const peer = await welcome(server);

    peer.send(message(11));
    peer.send({ t: 'gap', f: 'messages', from: 12, to: 20, why: 'slow' });
    peer.send(message(15));
    peer.send(message(21));

    await until(() => subscription.position === 'e:21');
    expect(events).to.deep.equal([11, { feed: 'messages', from: 12, to: 20, why: 'slow' }, 21]);
  });

  it('follows a recreated feed, whose offsets begin again', async () => {
    const server = await openScriptedServer();
    const { live } = connect(server.url);
    const messages: LiveMessage[] = [];
    const gaps: string[] = [];
    live.subscribe('messages', {
      since: 'old:900',
      onMessage: (message) => messages.push(message),
      onGap: ({ why }) => gaps.push(why),
    });
    const peer = await welcome(server, 0, { at: 'new:3', recovered: false });
    peer.send({ t: 'gap', f: 'messages', from: 0, to: 3, why: 'epoch' });
    peer.send(message(4));
    peer.send({ t: 'gap', f: 'messages', from: 0, to: -1, why: 'epoch' });
    peer.send({ t: 'p', at: { messages: 'newer:-1' } });
    peer.send(message(0));

    await until(() => messages.length === 2);
    expect(messages.map(({ position }) => position)).to.deep.equal(['new:4', 'newer:0']);
    expect(gaps).to.deep.equal(['epoch', 'epoch']);
  });

  it('ends with the error of a refusal', async () => {
    const server = await openScriptedServer();
    const { live } = connect(server.url);
    const errors: LiveError[] = [];
    live.subscribe('secrets', { onMessage: () => {}, onError: (error) => errors.push(error) });
    const peer = await server.peer(0);
    peer.send({ t: 'welcome', ping: 25, feeds: [] });
    const { id } = await until(() => asked(peer)[0]);

    peer.send({ t: 'err', id, code: 'FORBIDDEN', retry: false, detail: 'not yours' });

    const [error] = await until(() => errors.length > 0 && errors);
    expect(error).to.include({ name: 'LiveError', code: 'FORBIDDEN', message: 'not yours' });
    live.subscribe('secrets', { onMessage: () => {} });
    await until(() => asked(peer).length === 2);
  });

  it('is requested again after one to two seconds when the server says that this may help', async () => {
    const server = await openScriptedServer();
    const { live, clock } = connect(server.url);
    live.subscribe('messages', { onMessage: () => {} });
    const peer = await server.peer(0);
    peer.send({ t: 'welcome', ping: 25, feeds: [] });
    const { id } = await until(() => asked(peer)[0]);
    const timers = clock.waiting;

    peer.send({ t: 'err', id, code: 'NOT_READY', retry: true, detail: 'soon' });
    await until(() => clock.waiting > timers);
    clock.advance(1_500);

    await until(() => asked(peer).length === 2);
    expect(asked(peer)[1]).to.deep.include({ feed: 'messages' });
    expect(asked(peer)[1]?.id).not.to.equal(id);
  });

  it('leaves its feed when it is closed, and receives nothing more', async () => {
    const server = await openScriptedServer();
    const { live } = connect(server.url);
    const old: LiveMessage[] = [];
    const messages: LiveMessage[] = [];
    const subscription = live.subscribe('messages', { onMessage: (message) => old.push(message) });
    const peer = await welcome(server);

    subscription.close();
    subscription.close();
    live.subscribe('messages', { where: { room: 1 }, onMessage: (message) => messages.push(message) });
    const { id } = await until(() => asked(peer)[1]);
    peer.send(message(11, 'of the old one'));
    const { id: unsubId } = await until(() => peer.received.find(({ t }) => t === 'unsub'));
    peer.send({ t: 'ok', id: unsubId, feed: 'messages' });
    peer.send({ t: 'ok', id, feed: 'messages', at: 'e:11', recovered: true, replay: 0 });
    peer.send(message(12, 'of the new one'));

    await until(() => messages.length > 0);
    expect(old).to.deep.equal([]);
    expect(messages.map(({ data }) => data)).to.deep.equal(['of the new one']);
    expect(peer.received.map(({ t }) => t)).to.deep.equal(['sub', 'unsub', 'sub']);
  });

  it('is the only one of its feed', async () => {
    const server = await openScriptedServer();
    const { live } = connect(server.url);
    live.subscribe('messages', { onMessage: () => {} });

    expect(() => live.subscribe('messages')).to.throw(TypeError, 'already subscribed to messages');
  });

  it('is requested slowly enough when there are many', async () => {
    const server = await openScriptedServer();
    const { live, clock } = connect(server.url);
    for (let i = 0; i < 25; i += 1) live.subscribe(`feed${i}`, { onMessage: () => {} });
    const peer = await server.peer(0);
    peer.send({ t: 'welcome', ping: 25, feeds: [] });

    const counts: number[] = [];
    for (const expected of [9, 18, 25]) {
      await until(() => peer.received.length >= expected);
      counts.push(peer.received.length);
      clock.advance(1_000);
    }

    expect(counts).to.deep.equal([9, 18, 25]);
  });

  it('survives a refusal of the connection, and resumes when reconnect is called', async () => {
    const server = await openScriptedServer();
    const { live } = connect(server.url);
    const messages: LiveMessage[] = [];
    live.subscribe('messages', { onMessage: (message) => messages.push(message) });
    const first = await welcome(server);
    first.send(message(11));
    await until(() => messages.length === 1);
    first.ws.close(4502, 'forbidden');
    await until(() => live.state.kind === 'stopped');

    live.reconnect();
    const second = await welcome(server, 1, { at: 'e:11' });
    second.send(message(12));

    await until(() => messages.length === 2);
    expect(asked(second)[0]).to.deep.include({ since: 'e:11' });
  });
});

describe('a subscription to a feed that the server no longer has', () => {
  it('fails with UNKNOWN_FEED when the feed was removed, and the connection continues', async () => {
    const server = await openScriptedServer();
    const { live } = connect(server.url);
    const errors: LiveError[] = [];
    live.subscribe('messages', { onError: (error) => errors.push(error), onMessage: () => {} });
    const peer = await welcome(server, 0, { at: 'e:10' });

    peer.send({ t: 'end', f: 'messages', why: 'removed' });

    await until(() => errors.length > 0);
    expect(errors[0]?.code).to.equal('UNKNOWN_FEED');
    expect(live.state.kind).to.equal('live');
    expect(asked(peer)).to.have.lengthOf(1);
  });

  it('is renewed when another feed has its name', async () => {
    const server = await openScriptedServer();
    const { live } = connect(server.url);
    live.subscribe('messages', { onMessage: () => {} });
    const peer = await welcome(server, 0, { at: 'e:10' });

    peer.send({ t: 'end', f: 'messages', why: 'changed' });

    await until(() => asked(peer).length === 2);
    expect(asked(peer)[1]).to.include({ feed: 'messages', since: 'e:10' });
  });
});
