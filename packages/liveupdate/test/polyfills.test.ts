import { once } from 'node:events';
import { connect } from 'node:net';
import { type EventListener, EventSourcePolyfill } from 'event-source-polyfill';
import { expect } from 'chai';
import { openEventSource } from '../../../test/support/event-source.ts';
import { until } from '../../../test/support/until.ts';
import { use } from '../../../test/support/use.ts';
import { publish } from './support/open-live.ts';
import { type EventServer, firstOf, messagesOf, openEvents, openEventServer } from './support/open-events.ts';

interface Watching {
  readonly received: string[];
  readonly gaps: string[];
  /** How often it was connected. */
  readonly opened: number;
}

/** Watches as a page with event-source-polyfill does. */
function watch(url: string): Watching {
  const watching = { received: [] as string[], gaps: [] as string[], opened: 0 };
  const source = use(new EventSourcePolyfill(url), (source) => source.close());
  const onOpen: EventListener = () => {
    watching.opened += 1;
  };
  const onMessage: EventListener = (event) => {
    if ('data' in event) watching.received.push(String(event.data));
  };
  source.addEventListener('open', onOpen);
  source.addEventListener('message', onMessage);
  const onGap: EventListener = (event) => void watching.gaps.push(JSON.stringify(event));
  source.addEventListener('gap', onGap);
  return watching;
}

/** Disconnects every client. */
function cut({ responses }: EventServer): void {
  for (const response of responses) response.destroy();
}

describe('polyfills of EventSource', () => {
  for (const query of ['', '?mode=latest&lastEventId=&_=1795000000123']) {
    it(`miss nothing: event-source-polyfill at a URL with ${query || 'no query'}`, async function () {
      this.timeout(30_000);
      const server = await openEventServer();
      const watching = watch(`${server.url}/sse/v1/messages${query}`);
      await until(() => watching.opened === 1);
      await publish(server.bus, '1');
      await until(() => watching.received.length === 1);

      cut(server);
      await publish(server.bus, '"missed"');
      await until(() => watching.opened === 2, { timeoutMs: 15_000 });
      await publish(server.bus, '"live"');
      await until(() => watching.received.length === 3);

      expect(watching.received).to.deep.equal(['1', '"missed"', '"live"']);
      expect(watching.gaps).to.deep.equal([]);
    });
  }

  for (const [polyfill, comeBack] of [
    ['amvtek, by XMLHttpRequest', (id: string) => ({ query: '?evs_buffer_size_limit=262144', header: id })],
    [
      'amvtek, by XDomainRequest',
      (id: string) => ({ query: `?evs_buffer_size_limit=262144&evs_preamble=2056&evs_last_event_id=${id}` }),
    ],
    ['remy, and fetch-event-source', (id: string) => ({ query: '', header: id })],
    ['an old one of Yaffle', (id: string) => ({ query: `?lastEventId=first&lastEventId=${id}&r=3141` })],
    ['a client of Mercure', (id: string) => ({ query: `?Last-Event-ID=${id}` })],
  ] as const) {
    it(`miss nothing: ${polyfill}`, async () => {
      const server = await openEventServer();
      const first = await openEventSource(`${server.url}/sse/v1/messages`);
      await until(() => first.parser.lastEventId !== '');
      first.close();
      await publish(server.bus, '1');

      const { query, header }: { query: string; header?: string } = comeBack(first.parser.lastEventId);
      const again = await openEventSource(`${server.url}/sse/v1/messages${query}`, {
        ...(header !== undefined && { lastEventId: header }),
      });

      await until(() => messagesOf(again).length === 1);
      expect(messagesOf(again)).to.deep.equal(['1']);
    });
  }

  it('may send their own headers, from pages of allowed origins', async () => {
    const server = await openEventServer({ allowedOrigins: ['https://shop.example'] });

    const response = await fetch(`${server.url}/sse/v1/messages`, {
      method: 'OPTIONS',
      headers: { origin: 'https://shop.example', 'access-control-request-method': 'GET' },
    });

    const allowed = response.headers.get('access-control-allow-headers')?.split(', ');
    expect(allowed).to.include.members(['last-event-id', 'cache-control', 'x-requested-with']);
  });

  it('may send an empty Last-Event-ID if they know no position', async () => {
    const server = await openEventServer();
    const first = await openEvents(server);
    const { at } = firstOf(first, 'ok');
    await publish(server.bus, '1');
    await publish(server.bus, '2');
    await until(() => messagesOf(first).length === 2);
    const socket = use(connect(server.port, '127.0.0.1'), (socket) => socket.destroy());
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += String(chunk)));
    await once(socket, 'connect');

    socket.write(
      `GET /sse/v1/messages?since=${String(at)} HTTP/1.1\r\nhost: localhost\r\nlast-event-id:\r\n\r\n`,
    );

    await until(() => text.includes('data: 2\n'));
    expect(text).to.not.include('event: gap');
  });
});
