import { expect } from 'chai';
import { secondsFromNow } from '../../../test/support/token-signer.ts';
import { until } from '../../../test/support/until.ts';
import { bearer, openGuarded } from './support/open-guarded.ts';
import { openClient } from './support/open-live.ts';
import { openSpeaker, type Said } from './support/open-speaker.ts';

const quick = { pingIntervalMs: 40 };

describe('a WebSocket where every feed is protected', () => {
  it('is welcome once it has identified itself', async () => {
    const server = await openGuarded();
    const speaker = await openSpeaker(server);

    speaker.send({ t: 'hello', token: await server.provider.sign({ jti: '1' }) });
    const welcome = await until(() => speaker.said('welcome')[0]);
    const auth = await until(() => speaker.said('auth')[0]);

    expect(welcome['feeds']).to.deep.equal(['orders']);
    expect(auth['feeds']).to.deep.equal(['orders']);
    expect(auth['expiresInMs']).to.be.within(50_000, 60_000);
    expect(await speaker.subscribe({ feed: 'orders' })).to.include({ t: 'ok' });
  });

  it('is welcome once it has identified itself by headers that its handshake did not have', async () => {
    const server = await openGuarded();
    const token = await server.provider.sign({ jti: '1' });

    for (const headers of [
      { 'X-Api-Key': 'key' },
      bearer(token),
      { 'x-api-key': 'forged', ...bearer(token) },
    ]) {
      const speaker = await openSpeaker(server);
      speaker.send({ t: 'hello', headers });
      await until(() => speaker.said('welcome').length > 0);
      expect(await speaker.subscribe({ feed: 'orders' })).to.include({ t: 'ok' });
    }
  });

  it('is welcome at once with a token or a key in the handshake', async () => {
    const server = await openGuarded();
    const token = await server.provider.sign({ jti: '1', scope: 'audit:read' });

    const users = await openSpeaker(server, { headers: bearer(token) });
    const machines = await openSpeaker(server, { headers: { 'x-api-key': 'key' } });

    expect((await until(() => users.said('welcome')[0]))['feeds']).to.deep.equal(['orders', 'audit']);
    expect((await until(() => machines.said('welcome')[0]))['feeds']).to.deep.equal(['orders']);
  });

  const refused: Readonly<Record<string, readonly [code: number, headers: object, ...frames: object[]]>> = {
    'it does not identify itself': [4503, {}],
    'it sends an invalid token': [4501, {}, { t: 'hello', token: 'forged' }],
    'it sends an unknown key': [4501, {}, { t: 'hello', headers: { 'x-api-key': 'forged' } }],
    'it sends headers that no scheme reads': [4501, {}, { t: 'hello', headers: { key: 'key' } }],
    'its headers are not an object': [4500, {}, { t: 'hello', headers: ['x-api-key', 'key'] }],
    'a header is not text': [4500, {}, { t: 'hello', headers: { 'x-api-key': ['key'] } }],
    'a header has a second line': [4500, {}, { t: 'hello', headers: { 'x-api-key': 'key\r\nx-user: ana' } }],
    'a header has no name': [4500, {}, { t: 'hello', headers: { '': 'key' } }],
    'its handshake has an invalid token': [4501, bearer('forged')],
    'its handshake has an unknown key': [4501, { 'x-api-key': 'forged' }],
    'it subscribes before it has identified itself': [4500, {}, { t: 'sub', id: 1, feed: 'orders' }],
    'its page is of another site': [4502, { origin: 'https://evil.example', 'x-api-key': 'key' }],
  };
  for (const [title, [code, headers, ...frames]] of Object.entries(refused)) {
    it(`is closed with ${code} when ${title}`, async () => {
      const server = await openGuarded({ limits: { helloTimeoutMs: 200 } });
      const speaker = await openSpeaker(server, { headers: { ...headers } });

      for (const frame of frames) speaker.send(frame);

      expect((await speaker.closed).code).to.equal(code);
      expect(speaker.said('welcome', 'ok', 'm')).to.deep.equal([]);
      expect(speaker.said('bye')[0]).to.include({ code });
    });
  }

  it('is not authenticated by credentials in the query', async () => {
    const server = await openGuarded({ limits: { helloTimeoutMs: 100 } });
    const token = await server.provider.sign({ jti: '1' });

    const speaker = await openSpeaker(server, {
      query: `?token=${token}&access_token=${token}&x-api-key=key`,
    });

    expect((await speaker.closed).code).to.equal(4503);
  });

  it('is closed with 4006 while its identity cannot be verified', async () => {
    const server = await openGuarded();
    server.provider.isAway = true;

    const speaker = await openSpeaker(server, { headers: bearer(await server.provider.sign({ jti: '1' })) });

    expect((await speaker.closed).code).to.equal(4006);
  });

  it('may still say hello when the credentials of its browser are stale', async () => {
    const server = await openGuarded();
    const origin = `http://127.0.0.1:${server.port}`;
    const speaker = await openSpeaker(server, { headers: { ...bearer('stale'), origin } });

    speaker.send({ t: 'hello', token: await server.provider.sign({ jti: '1' }) });

    await until(() => speaker.said('welcome').length > 0);
  });
});

describe('a WebSocket where some feeds are public', () => {
  it('is welcome without credentials, and refused protected feeds until it identifies itself', async () => {
    const server = await openGuarded({ hasNews: true });
    const speaker = await openSpeaker(server);
    expect((await until(() => speaker.said('welcome')[0]))['feeds']).to.deep.equal(['news']);

    const early = await speaker.subscribe({ feed: 'orders' });
    speaker.send({ t: 'hello', token: await server.provider.sign({ jti: '1' }) });
    const [orders, audit] = await Promise.all([
      speaker.subscribe({ feed: 'orders' }),
      speaker.subscribe({ feed: 'audit' }),
    ]);

    expect(early).to.include({ t: 'err', code: 'UNAUTHENTICATED', retry: false });
    expect(orders).to.include({ t: 'ok' });
    expect(audit).to.include({ t: 'err', code: 'INSUFFICIENT_SCOPE', retry: false });
    expect(speaker.said('welcome')).to.have.length(1);
  });
});

describe('a watcher who is confined to its own messages', () => {
  it('gets only those, live and on resuming', async () => {
    const server = await openGuarded();
    const headers = bearer(await server.provider.sign({ jti: '1' }));
    const customers = ['ana', 'bob', 'ana', 'eve'];
    const first = await openSpeaker(server, { headers });
    const { at } = await first.subscribe({ feed: 'orders' });
    for (const customer of customers) await server.publishTo('orders', { customer });
    await until(() => first.said('m').length === 2);

    const second = await openSpeaker(server, { headers });
    const resumed = await second.subscribe({ feed: 'orders', since: at });
    await until(() => second.said('m').length === 2);

    const dataOf = (frames: Said[]): unknown[] => frames.map(({ d }) => d);
    expect(resumed).to.include({ recovered: true, replay: 2 });
    for (const speaker of [first, second]) {
      expect(dataOf(speaker.said('m'))).to.deep.equal([{ customer: 'ana' }, { customer: 'ana' }]);
    }
  });

  it('may narrow them further, but not request those of others', async () => {
    const server = await openGuarded();
    const speaker = await openSpeaker(server, { headers: bearer(await server.provider.sign({ jti: '1' })) });

    const others = await speaker.subscribe({ feed: 'orders', where: { customer: 'bob' } });
    const less = await speaker.subscribe({ feed: 'orders', where: { item: 1 } });
    for (const item of [1, 2]) await server.publishTo('orders', { customer: 'ana', item });
    await server.publishTo('orders', { customer: 'bob', item: 1 });
    await server.publishTo('orders', { customer: 'ana', item: 1 });
    await until(() => speaker.said('m').length === 2);

    expect(others).to.include({ t: 'err', code: 'FORBIDDEN' });
    expect(less).to.include({ t: 'ok' });
    expect(speaker.offsets()).to.deep.equal([0, 3]);
  });

  it('gets only those in the plain form too', async () => {
    const server = await openGuarded();
    const client = await openClient(server, { headers: bearer(await server.provider.sign({ jti: '1' })) });
    await until(async () => (await server.metric('subscriptions{feed="orders"}')) === 1);

    await server.publishTo('audit', { customer: 'ana', secret: true });
    for (const customer of ['bob', 'ana']) await server.publishTo('orders', { customer });
    await until(() => client.received.length > 0);

    expect(client.received).to.deep.equal(['{"customer":"ana"}']);
    expect((await (await openClient(server)).closed).code).to.equal(4503);
  });
});

describe('an identified watcher', () => {
  it('is sent away with 4003 when the token expires', async () => {
    const server = await openGuarded();
    const exp = secondsFromNow(2);
    const token = await server.provider.sign({ jti: '1', exp });
    const speaker = await openSpeaker(server, { headers: bearer(token) });
    await speaker.subscribe({ feed: 'orders' });

    expect((await speaker.closed).code).to.equal(4003);
    expect(Date.now()).to.be.at.least(exp * 1000);
    expect(speaker.said('bye')[0]).to.include({ code: 4003 });
  });

  it('stays when it brings a fresh token in time', async () => {
    const server = await openGuarded();
    const exp = secondsFromNow(2);
    const speaker = await openSpeaker(server);
    speaker.send({ t: 'hello', token: await server.provider.sign({ jti: '1', exp }) });
    await until(() => speaker.said('auth').length === 1);
    await speaker.subscribe({ feed: 'orders' });

    speaker.send({ t: 'hello', token: await server.provider.sign({ jti: '2' }) });
    await until(() => Date.now() > exp * 1000 + 100);
    await server.publishTo('orders', { customer: 'ana' });

    await until(() => speaker.said('m').length === 1);
    expect(speaker.said('welcome')).to.have.length(1);
  });

  it('is sent away with 4501 within a heartbeat when the token is denied', async () => {
    const server = await openGuarded({ limits: quick });
    const speaker = await openSpeaker(server, { headers: bearer(await server.provider.sign({ jti: '7' })) });
    await speaker.subscribe({ feed: 'orders' });

    await server.deny('7');

    expect((await speaker.closed).code).to.equal(4501);
  });

  it('is sent away with 4501 within a heartbeat when the key is removed, and others are not', async () => {
    const server = await openGuarded({ limits: quick });
    await server.setKeys('old', 'new');
    await until(async () => {
      const speaker = await openSpeaker(server, { headers: { 'x-api-key': 'new' } });
      const said = await until(() => speaker.said('welcome', 'bye')[0]);
      return said['t'] === 'welcome';
    });
    const [before, after] = await Promise.all(
      ['old', 'new'].map((key) => openSpeaker(server, { headers: { 'x-api-key': key } })),
    );

    await server.setKeys('new');

    expect((await before?.closed)?.code).to.equal(4501);
    expect(await after?.subscribe({ feed: 'orders' })).to.include({ t: 'ok' });
  });

  it('is disconnected when its identity changes, or it may no longer watch its feeds', async () => {
    const server = await openGuarded();
    const token = await server.provider.sign({ jti: '1', scope: 'audit:read' });
    const next = [
      await server.provider.sign({ jti: '2', sub: 'bob', scope: 'audit:read' }),
      await server.provider.sign({ jti: '3' }),
    ];
    const codes: number[] = [];
    for (const fresh of next) {
      const speaker = await openSpeaker(server, { headers: bearer(token) });
      await speaker.subscribe({ feed: 'audit' });

      speaker.send({ t: 'hello', token: fresh });

      codes.push((await speaker.closed).code);
    }
    expect(codes).to.deep.equal([4501, 4502]);
  });
});
