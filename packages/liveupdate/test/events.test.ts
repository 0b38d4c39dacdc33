import { once } from 'node:events';
import { openAmqpBus } from '@restmapper/bus';
import { silentLog } from '@restmapper/core';
import { expect } from 'chai';
import { until } from '../../../test/support/until.ts';
import { use } from '../../../test/support/use.ts';
import { publish } from './support/open-live.ts';
import {
  firstOf,
  messagesOf,
  openEvents,
  openEventServer,
  openGatedBus,
  openSilentReader,
  openSocket,
  topology,
} from './support/open-events.ts';

describe('Server-Sent Events', () => {
  it('send every message to every client once, in order, as the bytes of its data', async () => {
    const server = await openEventServer();
    const clients = await Promise.all(Array.from({ length: 20 }, () => openEvents(server)));
    const sent = Array.from({ length: 200 }, (_, i) => `{"i": ${i}, "n": 12345678901234567890, "f": 1.0}`);

    for (const data of sent) await publish(server.bus, data);

    await until(() => clients.every((client) => messagesOf(client).length >= sent.length));
    for (const client of clients) expect(messagesOf(client)).to.deep.equal(sent);
    expect(await server.metric('frames_sent_total')).to.equal(20 * 200);
    expect(await server.metric('connections')).to.equal(20);
    expect(server.live.connections).to.equal(20);
  });

  it('resume in another process on the same bus', async () => {
    const server = await openEventServer();
    const first = await openEvents(server);
    await publish(server.bus, '1');
    await until(() => messagesOf(first).length === 1);
    first.close();
    await publish(server.bus, '2');
    await publish(server.bus, '3');

    const other = await openEventServer({ bus: server.bus });
    const second = await openEvents(other, undefined, { lastEventId: first.parser.lastEventId });
    await publish(server.bus, '4');

    await until(() => messagesOf(second).length === 3);
    expect(messagesOf(second)).to.deep.equal(['2', '3', '4']);
    expect(firstOf(second, 'ok')).to.include({ recovered: true, replay: 2 });
  });

  it('keep a quiet client at the newest position, also past filtered messages', async () => {
    const server = await openEventServer({ limits: { eventHeartbeatMs: 20 } });
    const client = await openEvents(server, `/sse/v1/messages?where=${encodeURIComponent('{"a":1}')}`);
    const before = client.parser.lastEventId;

    await publish(server.bus, '{"a":2}');

    await until(() => client.parser.lastEventId.endsWith(':0'));
    expect(before).to.equal('0.0:-1');
    expect(client.events.map(({ event }) => event)).to.deep.equal(['ok']);
  });

  it('stop at 64 KiB for a client that does not read, and end with a bye once its share is gone', async () => {
    const limits = { maxRingBytes: 1024 * 1024, closeTimeoutMs: 60_000 };
    const server = await openEventServer({ limits });
    const reader = await openEvents(server);
    const silent = await openSilentReader(server);
    const data = JSON.stringify('x'.repeat(64 * 1024));
    let mostBuffered = 0;

    for (let sent = 1; sent <= 200; sent += 1) {
      await publish(server.bus, data);
      await until(() => messagesOf(reader).length === sent);
      mostBuffered = Math.max(mostBuffered, ...server.responses.map(({ writableLength }) => writableLength));
    }
    const text = (await silent.setEncoding('utf8').toArray()).join('');

    expect(mostBuffered).to.be.lessThan(64 * 1024 + 2 * data.length);
    expect(text).to.match(
      /retry: \d+\nevent: bye\ndata: \{"code":4001,"retryMs":\d+,"why":"slow: messages"\}\n\n$/,
    );
    expect(await server.metric('closed_total{code="4001"}')).to.equal(1);
    expect(server.live.connections).to.equal(1);
  });

  it('continue after a gap for a client that does not read, where the feed says skip', async () => {
    const server = await openEventServer({ limits: { maxRingBytes: 1024 * 1024 } });
    const witness = await openEvents(server, '/sse/v1/skipping');
    const silent = await openSilentReader(server, '/sse/v1/skipping');
    const data = JSON.stringify('x'.repeat(64 * 1024));

    for (let sent = 1; sent <= 200; sent += 1) {
      await publish(server.bus, data, '/skipping/');
      await until(() => messagesOf(witness).length === sent);
    }
    let text = '';
    silent.setEncoding('utf8').on('data', (part: string) => (text += part));
    await publish(server.bus, '"last"', '/skipping/');

    await until(() => text.includes('data: "last"\n\n'));
    const gaps = [...text.matchAll(/event: gap\ndata: (.*)\n\nid: (.*)\n\n/g)];
    const [, gap = '', id = ''] = gaps[0] ?? [];
    const { from, to, why } = JSON.parse(gap) as { from: number; to: number; why: string };
    const received = text.split('\ndata: "').length - 1;
    expect(gaps).to.have.length(1);
    expect(why).to.equal('slow');
    expect(id.endsWith(`:${to}`)).to.equal(true);
    expect(received).to.equal(201 - (to - from + 1));
  });

  it('end with a bye when the server leaves, and tell later clients to come back', async () => {
    const server = await openEventServer();
    const clients = await Promise.all(Array.from({ length: 50 }, () => openEvents(server)));

    await server.live.close({ timeoutMs: 5_000 });
    const late = await openEvents(server);
    await Promise.all([...clients, late].map(({ ended }) => ended));

    for (const client of clients) expect(firstOf(client, 'bye')).to.include({ code: 4000, why: 'draining' });
    const retries = clients.map((client) => Number(firstOf(client, 'bye').retryMs));
    expect(new Set(retries).size).to.be.above(10);
    expect(clients.map(({ parser }) => parser.retryMs)).to.deep.equal(retries);
    expect(late.status).to.equal(200);
    expect(firstOf(late, 'bye')).to.include({ code: 4006 });
    expect(await server.metric('closed_total{code="4000"}')).to.equal(50);
    expect(await server.metric('connections')).to.equal(0);
  });

  it('disconnect a client that does not take its bye', async () => {
    const server = await openEventServer({ limits: { closeTimeoutMs: 50 } });
    const silent = await openSilentReader(server);
    const data = JSON.stringify('x'.repeat(1024 * 1024));
    for (let sent = 0; sent < 8; sent += 1) await publish(server.bus, data);
    await until(() => server.responses.some(({ writableLength }) => writableLength > 64 * 1024));

    await server.live.close({ timeoutMs: 5_000 });

    expect(await server.metric('closed_total{code="4000"}')).to.equal(1);
    silent.resume();
    await once(silent, 'close');
  });

  it('count towards the limits of the process and of an address', async () => {
    const server = await openEventServer({ limits: { maxConnections: 3, maxConnectionsPerAddress: 2 } });
    const first = await openEvents(server);
    await openEvents(server);

    const tooMany = await openEvents(server);
    first.close();
    await until(() => server.live.connections === 1);
    const third = await openEvents(server);

    expect(tooMany.status).to.equal(429);
    expect(third.status).to.equal(200);
    expect(await server.metric('refused_total')).to.equal(1);
  });

  it('tell one client too many to come back, since an EventSource would give up otherwise', async () => {
    const server = await openEventServer({ limits: { maxConnections: 1 } });
    await openEvents(server);

    const refused = await openEvents(server);
    await refused.ended;

    expect(refused.status).to.equal(200);
    expect(firstOf(refused, 'bye')).to.include({ code: 4006 });
    expect(refused.parser.retryMs).to.be.within(1_000, 5_000);
    expect(server.live.connections).to.equal(1);
  });
});

describe('the live bridge over HTTP', () => {
  it('waits for feeds that cannot be read yet, and reports it after a while', async () => {
    const urls = ['amqp://127.0.0.1:1'];
    const bus = use(openAmqpBus({ urls, topology, log: silentLog, name: 'test' }), (bus) => bus.close());
    const server = await openEventServer({ bus, limits: { feedWaitMs: 500 } });

    const [history, stream] = await Promise.all([
      fetch(`${server.url}/live/v1/messages`),
      openEvents(server),
    ]);

    expect([history.status, history.headers.get('retry-after')]).to.deep.equal([503, '1']);
    expect(await history.json()).to.include({ code: 'UNAVAILABLE' });
    expect(firstOf(stream, 'bye')).to.include({ code: 4006 });
  });

  it('forgets a client that left while it waited', async () => {
    const { bus, open } = openGatedBus();
    const server = await openEventServer({ bus });
    const left = await openSocket(server);
    const waiting = await until(() => server.responses[0]);
    left.destroy();
    await once(waiting, 'close');

    open();
    const client = await openEvents(server);

    expect(firstOf(client, 'ok')).to.include({ recovered: true });
    expect(server.live.connections).to.equal(1);
    expect(await server.metric('subscriptions{feed="messages"}')).to.equal(1);
  });

  it('lets pages of the allowed origins read, and says so to their preflight', async () => {
    const server = await openEventServer({ allowedOrigins: ['https://app.example'] });
    const headers = { origin: 'https://app.example', 'access-control-request-headers': 'last-event-id' };

    const history = await fetch(`${server.url}/live/v1/messages`, { headers });
    const preflight = await fetch(`${server.url}/sse/v1/messages`, { method: 'OPTIONS', headers });

    for (const response of [history, preflight]) {
      expect(response.headers.get('access-control-allow-origin')).to.equal('https://app.example');
      expect(response.headers.get('vary')).to.equal('origin');
    }
    expect([history.status, preflight.status]).to.deep.equal([200, 204]);
    expect(preflight.headers.get('access-control-allow-headers')).to.contain('last-event-id');
  });

  for (const [method, path, status, code] of [
    ['GET', '/sse/v1/secrets', 403, 'FORBIDDEN'],
    ['GET', '/live/v1/secrets', 403, 'FORBIDDEN'],
    ['GET', '/live/v1/none', 404, 'UNKNOWN_FEED'],
    ['GET', '/elsewhere', 404, 'NOT_FOUND'],
    ['DELETE', '/live/v1/messages', 405, 'METHOD_NOT_ALLOWED'],
    ['GET', '/live/v1/messages?limit=none', 422, 'INVALID_QUERY'],
  ] as const) {
    it(`answers ${status} ${code} to ${method} ${path}`, async () => {
      const server = await openEventServer();

      const response = await fetch(`${server.url}${path}`, { method });

      expect(response.status).to.equal(status);
      expect(response.headers.get('content-type')).to.equal('application/problem+json');
      expect(await response.json()).to.include({ status, code, type: `urn:restmapper:problem:${code}` });
    });
  }

  it('bounds a history by its limit and by bytes, and ends each page where the next begins', async () => {
    const server = await openEventServer({ limits: { maxReplayBytes: 25_000 } });
    const client = await openEvents(server);
    for (let i = 0; i < 6; i += 1) await publish(server.bus, `{"i":${i},"x":"${'x'.repeat(10_000)}"}`);
    await until(() => messagesOf(client).length === 6);
    const pages: number[][] = [];

    for (let since = '0.0:-1'; pages.length < 4; ) {
      const response = await fetch(`${server.url}/live/v1/messages?since=${since}`);
      const page = (await response.json()) as {
        at: string;
        recovered: boolean;
        messages: { d: { i: number } }[];
      };
      expect(page.recovered).to.equal(true);
      pages.push(page.messages.map(({ d }) => d.i));
      since = page.at;
    }

    expect(pages).to.deep.equal([[0, 1], [2, 3], [4, 5], []]);
  });

  it('reports with a history that the messages after a position were evicted', async () => {
    const server = await openEventServer({ limits: { maxRingFrames: 4 } });
    const client = await openEvents(server);
    for (let i = 0; i < 10; i += 1) {
      await publish(server.bus, `${i}`);
      await until(() => messagesOf(client).length === i + 1);
    }
    const id = client.events.find(({ data }) => data === '2')?.id ?? '';

    const history = await fetch(`${server.url}/live/v1/messages?since=${id}`);

    expect(await history.json()).to.deep.include({
      recovered: false,
      gap: { from: 3, to: 9, why: 'evicted' },
      messages: [],
    });
  });
});
