import { once } from 'node:events';
import { expect } from 'chai';
import { until } from '../../../test/support/until.ts';
import type { LiveState } from '../src/index.ts';
import { connect, type Connected, openScriptedServer } from './support.ts';

/** Lets the wait for the next attempt pass; resolves with its announced length. */
async function passWait({ live, clock }: Connected): Promise<number> {
  const { retryAtMs } = await until(() => live.state.kind === 'waiting' && live.state);
  const delayMs = retryAtMs - clock.nowMs();
  clock.advance(delayMs);
  return delayMs;
}

async function untilKind({ live }: Connected, kind: LiveState['kind']): Promise<LiveState> {
  return until(() => live.state.kind === kind && live.state);
}

describe('the connection of the live client', () => {
  it('offers the protocol, and is live once the server says welcome', async () => {
    const server = await openScriptedServer();
    const connected = connect(server.url);

    const peer = await server.peer(0);
    expect(connected.live.state).to.deep.equal({ kind: 'connecting' });
    peer.send({ t: 'welcome', ping: 25, feeds: [] });

    await untilKind(connected, 'live');
    expect(peer.ws.protocol).to.equal('liveupdate.v1.json');
    expect(connected.states).to.deep.equal([{ kind: 'live' }]);
  });

  it('sends a token first, and a fresh one on each connection', async () => {
    const server = await openScriptedServer();
    let fetched = 0;
    const token = async () => `token ${(fetched += 1)}`;
    const connected = connect(server.url, { token });

    const first = await server.peer(0);
    await until(() => first.received.length > 0);
    first.ws.terminate();
    await passWait(connected);
    const second = await server.peer(1);
    await until(() => second.received.length > 0);

    expect([...first.received, ...second.received]).to.deep.equal([
      { t: 'hello', token: 'token 1' },
      { t: 'hello', token: 'token 2' },
    ]);
  });

  it('tries again when no token is available', async () => {
    const server = await openScriptedServer();
    const token = () => Promise.reject(new Error('signed out'));
    const connected = connect(server.url, { token });

    const state = await untilKind(connected, 'waiting');

    expect(state).to.deep.include({ attempt: 1, why: 'no credentials: Error: signed out' });
  });

  it('waits up to twice as long before each attempt, and at most 20 seconds', async () => {
    const server = await openScriptedServer();
    const connected = connect(server.url);
    const delays: number[] = [];

    for (let attempt = 0; attempt < 8; attempt += 1) {
      (await server.peer(attempt)).ws.terminate();
      delays.push(await passWait(connected));
    }

    expect(delays).to.deep.equal([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
    expect(connected.states[0]).to.deep.include({ kind: 'waiting', attempt: 1, why: 'connection lost' });
    expect(connected.states[14]).to.deep.include({ kind: 'waiting', attempt: 8 });
  });

  it('starts over with short waits after 30 seconds of health, and not before', async () => {
    const server = await openScriptedServer();
    const connected = connect(server.url);
    const delays: number[] = [];

    for (const [index, healthyMs] of [29_999, 30_000].entries()) {
      const peer = await server.peer(index);
      peer.send({ t: 'welcome', ping: 25, feeds: [] });
      await untilKind(connected, 'live');
      connected.clock.advance(healthyMs);
      peer.ws.terminate();
      delays.push(await passWait(connected));
    }
    (await server.peer(2)).ws.terminate();
    delays.push(await passWait(connected));

    expect(delays).to.deep.equal([250, 250, 500]);
  });

  it('waits at least as long as the server says in its bye', async () => {
    const server = await openScriptedServer();
    const connected = connect(server.url);
    const peer = await server.peer(0);

    peer.send({ t: 'bye', code: 4000, retryMs: 1_500, why: 'draining' });
    peer.ws.close(4000, 'draining');

    const state = await untilKind(connected, 'waiting');
    expect(state).to.deep.include({ attempt: 1, why: 'draining' });
    expect(await passWait(connected)).to.equal(1_500);
    await server.peer(1);
  });

  for (const code of [4000, 4499, 1001, 1011]) {
    it(`is reopened after a close with ${code}`, async () => {
      const server = await openScriptedServer();
      const connected = connect(server.url);

      (await server.peer(0)).ws.close(code);

      await passWait(connected);
      await server.peer(1);
    });
  }

  for (const code of [4500, 4999]) {
    it(`stays closed after a close with ${code}, until reconnect is called`, async () => {
      const server = await openScriptedServer();
      const { live, clock, page } = connect(server.url);

      const peer = await server.peer(0);
      peer.send({ t: 'bye', code, why: 'go away' });
      peer.ws.close(code);

      await until(() => live.state.kind === 'stopped');
      expect(live.state).to.deep.equal({ kind: 'stopped', code, why: 'go away' });
      page.signal('awake');
      clock.advance(60_000);
      expect(server.peers).to.have.length(1);
      live.reconnect();
      await server.peer(1);
    });
  }

  it('is reopened at once by reconnect, with the attempts counted from the beginning', async () => {
    const server = await openScriptedServer();
    const connected = connect(server.url);
    (await server.peer(0)).ws.terminate();
    await untilKind(connected, 'waiting');

    connected.live.reconnect();

    (await server.peer(1)).ws.terminate();
    expect(await passWait(connected)).to.equal(250);
  });

  it('is reopened at once when the page becomes visible', async () => {
    const server = await openScriptedServer();
    const connected = connect(server.url);
    (await server.peer(0)).ws.terminate();
    await untilKind(connected, 'waiting');

    connected.page.signal('awake');

    await server.peer(1);
    expect(connected.live.state.kind).to.equal('connecting');
  });

  it('is closed when the network goes away, and reopened at once when it is back', async () => {
    const server = await openScriptedServer();
    const connected = connect(server.url);
    (await server.peer(0)).send({ t: 'welcome', ping: 25, feeds: [] });
    await untilKind(connected, 'live');

    connected.page.offline = true;
    connected.page.signal('offline');
    expect(connected.live.state).to.deep.equal({ kind: 'offline' });
    connected.page.offline = false;
    connected.page.signal('awake');

    (await server.peer(1)).send({ t: 'welcome', ping: 25, feeds: [] });
    await untilKind(connected, 'live');
    expect(connected.states.map(({ kind }) => kind)).to.deep.equal(['live', 'offline', 'connecting', 'live']);
  });

  it('is tried also while the browser claims to have no network, since the server may be near', async () => {
    const server = await openScriptedServer();
    const connected = connect(server.url);
    const peer = await server.peer(0);
    connected.page.offline = true;
    peer.ws.terminate();
    await untilKind(connected, 'offline');

    connected.clock.advance(250);

    (await server.peer(1)).send({ t: 'welcome', ping: 25, feeds: [] });
    await untilKind(connected, 'live');
    expect(connected.states.map(({ kind }) => kind)).to.deep.equal(['offline', 'live']);
  });

  it('is dropped when no frame comes for two heartbeats', async () => {
    const server = await openScriptedServer();
    const connected = connect(server.url);
    const peer = await server.peer(0);
    peer.send({ t: 'welcome', ping: 25, feeds: [] });
    await untilKind(connected, 'live');
    connected.clock.advance(49_999);
    peer.send({ t: 'p', at: { messages: 'e:1' } });
    await until(() => peer.received.some(({ t }) => t === 'pong'));

    connected.clock.advance(49_999);
    expect(connected.live.state.kind).to.equal('live');
    connected.clock.advance(1);

    expect(connected.live.state).to.deep.include({ kind: 'waiting', why: 'no heartbeat' });
    expect(await passWait(connected)).to.equal(250);
    await server.peer(1);
  });

  it('is dropped when the server does not say welcome within 10 seconds', async () => {
    const server = await openScriptedServer();
    const connected = connect(server.url);
    await server.peer(0);

    connected.clock.advance(10_000);

    expect(connected.live.state).to.deep.include({ kind: 'waiting', why: 'no answer' });
  });

  it('is dropped when the server breaks the protocol, but not for a frame of a later version', async () => {
    const server = await openScriptedServer();
    const connected = connect(server.url);
    const peer = await server.peer(0);
    peer.send({ t: 'novelty' });
    peer.send({ t: 'welcome', ping: 25, feeds: [] });
    await untilKind(connected, 'live');

    peer.sendText('{"t":"m","f":"messages"}');

    const state = await untilKind(connected, 'waiting');
    expect(state).to.have.property('why').that.contains('invalid o in a frame');
  });

  it('ends with close, and leaves nothing behind', async () => {
    const server = await openScriptedServer();
    const { live, clock, page, states } = connect(server.url);
    const peer = await server.peer(0);

    live.close();
    live.close();
    live.reconnect();

    expect(states).to.deep.equal([{ kind: 'stopped', code: 1000, why: 'closed' }]);
    expect([clock.waiting, page.listeners.size]).to.deep.equal([0, 0]);
    await until(() => peer.ws.readyState === peer.ws.CLOSED);
    expect(() => live.subscribe('messages')).to.throw(TypeError, 'closed');
  });

  it('notifies every listener of its states until it is removed', async () => {
    const server = await openScriptedServer();
    const { live } = connect(server.url);
    const kinds: string[] = [];
    const stop = live.onState(({ kind }) => kinds.push(kind));

    (await server.peer(0)).send({ t: 'welcome', ping: 25, feeds: [] });
    await until(() => kinds.length > 0);
    stop();
    live.close();

    expect(kinds).to.deep.equal(['live']);
  });

  it('goes to a URL relative to the page', async () => {
    const urls: string[] = [];
    class Recorder {
      constructor(url: string) {
        urls.push(url);
      }
      send() {}
      close() {}
      addEventListener() {}
    }

    connect('/ws/v1/', { WebSocket: Recorder });
    connect('http://other.example:8080/ws/v1/', { WebSocket: Recorder });

    expect(urls).to.deep.equal(['wss://app.example/ws/v1/', 'ws://other.example:8080/ws/v1/']);
  });

  it('refuses an invalid URL', () => {
    expect(() => connect('http://')).to.throw(TypeError);
  });
});

describe('the token of the live client', () => {
  it('is sent before anything is requested, however late it comes', async () => {
    const server = await openScriptedServer();
    let give = (_token: string): void => {};
    const token = () => new Promise<string>((resolve) => (give = resolve));
    const connected = connect(server.url, { token });
    connected.live.subscribe('messages');
    const peer = await server.peer(0);
    peer.send({ t: 'welcome', ping: 25, feeds: ['messages'] });
    peer.ws.ping();
    await once(peer.ws, 'pong');

    give('late');

    await untilKind(connected, 'live');
    await until(() => peer.received.length === 2);
    expect(peer.received[0]).to.deep.equal({ t: 'hello', token: 'late' });
    expect(peer.received[1]).to.include({ t: 'sub', feed: 'messages' });
  });

  it('is not sent while there is none', async () => {
    const server = await openScriptedServer();
    const connected = connect(server.url, { token: () => undefined });
    connected.live.subscribe('messages');
    const peer = await server.peer(0);

    peer.send({ t: 'welcome', ping: 25, feeds: ['messages'] });

    await untilKind(connected, 'live');
    await until(() => peer.received.length > 0);
    expect(peer.received[0]).to.include({ t: 'sub', feed: 'messages' });
  });

  it('may be headers instead', async () => {
    const server = await openScriptedServer();
    const given = [{ 'x-api-key': 'key 1' }, undefined, { 'x-api-key': 'key 3' }];
    const connected = connect(server.url, { headers: () => given.shift() });
    connected.live.subscribe('messages');

    const received: unknown[] = [];
    for (let n = 0; n < 3; n += 1) {
      const peer = await server.peer(n);
      peer.send({ t: 'welcome', ping: 25, feeds: ['messages'] });
      await until(() => peer.received.some((frame) => frame['t'] === 'sub'));
      received.push(peer.received.find((frame) => frame['t'] === 'hello'));
      connected.live.reconnect();
    }

    expect(received).to.deep.equal([
      { t: 'hello', headers: { 'x-api-key': 'key 1' } },
      undefined,
      { t: 'hello', headers: { 'x-api-key': 'key 3' } },
    ]);
  });

  it('is replaced before it expires, on the same connection', async () => {
    const server = await openScriptedServer();
    let fetched = 0;
    const connected = connect(server.url, { token: () => `token ${(fetched += 1)}` });
    const peer = await server.peer(0);
    peer.send({ t: 'welcome', ping: 1_000, feeds: [] });
    peer.send({ t: 'auth', feeds: [], expiresInMs: 100_000 });
    peer.ws.ping();
    await once(peer.ws, 'pong');

    connected.clock.advance(79_999);
    expect(fetched).to.equal(1);
    connected.clock.advance(1);

    await until(() => peer.received.length === 2);
    expect(peer.received[1]).to.deep.equal({ t: 'hello', token: 'token 2' });
    expect(server.peers).to.have.length(1);
  });

  it('leaves the connection as it is when no other is available', async () => {
    const server = await openScriptedServer();
    let fetched = 0;
    const token = () => {
      fetched += 1;
      if (fetched > 1) throw new Error('signed out');
      return 'token';
    };
    const connected = connect(server.url, { token });
    const peer = await server.peer(0);
    peer.send({ t: 'welcome', ping: 1_000, feeds: [] });
    peer.send({ t: 'auth', feeds: [], expiresInMs: 1 });
    peer.ws.ping();
    await once(peer.ws, 'pong');

    connected.clock.advance(1_000);

    await until(() => fetched === 2);
    expect(connected.live.state).to.deep.equal({ kind: 'live' });
  });
});
