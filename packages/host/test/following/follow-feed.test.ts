import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { freePorts } from '../../../../test/support/free-ports.ts';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { followFeed, type FollowFeedOptions } from '../../src/following/follow-feed.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A live bridge that answers the first connections like this, and then no more. */
async function openBridge(answers: readonly Answer[]): Promise<{ url: string; requests: IncomingMessage[] }> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answers[requests.length - 1]?.(request, response);
  });
  use(server, (server) => {
    server.close().closeAllConnections();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, requests };
}

function events(text: string): Answer {
  return (_request, response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end(text);
}

function follow(url: string, options: Partial<FollowFeedOptions> = {}) {
  const found = { data: [] as string[], notices: [] as string[] };
  const end = new AbortController();
  const done = followFeed({
    url,
    feed: 'a b',
    headers: [['x-key', 'k']],
    listener: async ({ data, position }) => void found.data.push(`${position} ${data}`),
    onNotice: (sentence) => found.notices.push(sentence),
    signal: end.signal,
    ...options,
  });
  use(end, () => {
    end.abort();
    return done.catch(() => {});
  });
  return { ...found, done };
}

async function reasonOf(promise: Promise<unknown>): Promise<string> {
  return promise.then(
    () => 'it ended',
    (error: unknown) => String(error),
  );
}

describe('followFeed', () => {
  it('resumes after the last message, and reports gaps and reconnects', async () => {
    const { url, requests } = await openBridge([
      events('retry: 1\nid: e:0\nevent: ok\ndata: {}\n\nid: e:1\ndata: 1\n\n'),
      events(
        'event: ok\ndata: {}\n\nevent: gap\ndata: {"from":2,"to":3,"why":"slow"}\n\nid: e:4\ndata: 4\n\n',
      ),
    ]);

    const { data, notices } = follow(url, { last: 5 });

    await until(() => requests.length === 3);
    expect(data).to.deep.equal(['e:1 1', 'e:4 4']);
    expect(requests.map((request) => request.url)).to.deep.equal([
      '/sse/v1/a%20b?mode=tail:5',
      '/sse/v1/a%20b',
      '/sse/v1/a%20b',
    ]);
    expect(requests.map(({ headers }) => headers['last-event-id'])).to.deep.equal([undefined, 'e:1', 'e:4']);
    expect(requests[0]?.headers['x-key']).to.equal('k');
    expect(notices).to.deep.equal([
      'the live bridge ended the connection; reconnecting',
      'connected again',
      'gap: messages 2 to 3 are missing: this reader was too slow',
      'the live bridge ended the connection; reconnecting',
    ]);
  });

  it('ends when the live bridge refuses, and when it cannot be reached at first', async () => {
    const [port = 0] = await freePorts(1);
    const refusal = '{"detail":"the client is unknown","code":"UNAUTHENTICATED"}';
    const refused = await openBridge([(_request, response) => response.writeHead(401).end(refusal)]);
    const removed = await openBridge([
      events('event: bye\ndata: {"code":4507,"why":"the feed was removed"}\n\n'),
    ]);

    expect(await reasonOf(follow(refused.url).done)).to.equal(
      'FollowRefused: 401 the client is unknown (UNAUTHENTICATED)',
    );
    expect(await reasonOf(follow(removed.url).done))
      .to.contain('FollowRefused')
      .and.to.contain('4507');
    expect(await reasonOf(follow(`http://127.0.0.1:${port}`).done)).to.contain('no server listens there');
  });

  it('reads no further than its listener', async () => {
    const { url } = await openBridge([
      events('event: ok\ndata: {}\n\nid: e:1\ndata: 1\n\nid: e:2\ndata: 2\n\n'),
    ]);
    const seen: string[] = [];
    let release = (): void => {};
    const released = new Promise<void>((resolve) => (release = resolve));

    follow(url, {
      listener: ({ data }) => {
        seen.push(data);
        return released;
      },
    });

    await until(() => seen.length > 0);
    expect(seen).to.deep.equal(['1']);
    release();
  });
});
