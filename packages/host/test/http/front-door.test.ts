import { once } from 'node:events';
import {
  Agent,
  createServer,
  type IncomingMessage,
  request as httpRequest,
  type RequestListener,
} from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import { use } from '../../../../test/support/use.ts';
import { createFrontDoor, liveRoutes, onLiveUpgrade } from '../../src/http/front-door.ts';
import { closeServer, listen } from '../../src/http/http-server.ts';

/** Answers with the URL that it received. */
function echo(name: string): RequestListener {
  return (request, response) => response.end(`${name} ${request.url}`);
}

/** A server whose API answers with its request, and whose live bridge names the URL and hangs up. */
async function openLive(): Promise<{ readonly port: number }> {
  const api: RequestListener = (request, response) => {
    void text(request).then((body) => response.end(`${request.method} ${request.url} ${body}`));
  };
  const server = use(
    createServer(createFrontDoor([{ prefix: '/api/v1/', listener: api, strip: true }], echo('page'))),
    (server) => closeServer(server, 100),
  );
  onLiveUpgrade(server, ({ url }, socket) => socket.end(`live ${url}`));
  return { port: await listen(server, { host: '127.0.0.1', port: 0 }) };
}

/** Writes a text as it is; resolves with everything until the server ends the connection. */
function say(port: number, bytes: string): Promise<string> {
  const socket = use(connect(port, '127.0.0.1'), (socket) => socket.destroy());
  socket.write(bytes, 'latin1');
  return text(socket);
}

describe('the front door', () => {
  for (const [path, answer] of [
    ['/api/v1/messages/?limit=1', 'api /messages/?limit=1'],
    ['/api/v1/', 'api /'],
    ['/system/v1/', 'system /system/v1/'],
    ['/system/v1', 'page /system/v1'],
    ['/api', 'page /api'],
    ['/', 'page /'],
    ['/%61pi/v1/a%2fb', 'api /a%2Fb'],
  ] as const) {
    it(`answers ${path} with ${answer}`, async () => {
      const routes = [
        { prefix: '/api/v1/', listener: echo('api'), strip: true },
        { prefix: '/system/v1/', listener: echo('system') },
      ];
      const door = createFrontDoor(routes, echo('page'));
      const server = use(createServer(door), (server) => closeServer(server, 100));
      const port = await listen(server, { host: '127.0.0.1', port: 0 });

      expect(await (await fetch(`http://127.0.0.1:${port}${path}`)).text()).to.equal(answer);
    });
  }

  it('treats a whole URL as its path', async () => {
    const { port } = await openLive();

    const answer = await say(
      port,
      'GET http://x/api/v1/a?b HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
    );

    expect(answer).to.contain('GET /a?b ');
  });

  it('requires an upgrade where only WebSockets are served', async () => {
    const door = createFrontDoor(liveRoutes(echo('live')), echo('page'));
    const server = use(createServer(door), (server) => closeServer(server, 100));
    const port = await listen(server, { host: '127.0.0.1', port: 0 });

    const response = await fetch(`http://127.0.0.1:${port}/ws/v1/?a=1`);

    expect([response.status, response.headers.get('upgrade')]).to.deep.equal([426, 'websocket']);
    expect(await (await fetch(`http://127.0.0.1:${port}/ws/v1/a`)).text()).to.equal('live /ws/v1/a');
  });

  it('passes WebSocket handshakes to the live bridge, on its path only', async () => {
    const { port } = await openLive();
    const handshake = 'host: x\r\nupgrade: WebSocket\r\nconnection: upgrade\r\n\r\n';

    const taken = await say(port, `GET /ws/v1/?a=1 HTTP/1.1\r\n${handshake}`);
    const spelled = await say(port, `GET http://x/%77s/v1/?a=1 HTTP/1.1\r\n${handshake}`);
    const lost = await say(port, `GET /api/v1/ HTTP/1.1\r\n${handshake}`);

    expect([taken, spelled]).to.deep.equal(['live /ws/v1/?a=1', 'live /ws/v1/?a=1']);
    expect(lost).to.match(/^HTTP\/1\.1 404 /);
  });

  it('serves requests that offer HTTP/2 like others, over the same connection', async () => {
    const { port } = await openLive();
    const agent = use(new Agent({ keepAlive: true, maxSockets: 1 }), (agent) => agent.destroy());
    const headers = {
      connection: 'Upgrade, HTTP2-Settings',
      upgrade: 'h2c',
      'http2-settings': 'AAMAAABkAAQ',
    };
    const post = async (path: string, body: string): Promise<unknown> => {
      const request = httpRequest({ port, path, agent, headers, method: 'POST' });
      request.end(body);
      const [response] = (await once(request, 'response')) as [IncomingMessage];
      return [await text(response), request.reusedSocket];
    };

    expect(await post('/api/v1/a', '[1]')).to.deep.equal(['POST /a [1]', false]);
    expect(await post('/api/v1/b', '[2]')).to.deep.equal(['POST /b [2]', true]);
    expect(
      await say(
        port,
        `GET /api/v1/c HTTP/1.1\r\nhost: x\r\nupgrade: h2c\r\nconnection: upgrade, close\r\n\r\n`,
      ),
    )
      .to.contain('GET /c ')
      .and.match(/connection: close/i);
  });
});
