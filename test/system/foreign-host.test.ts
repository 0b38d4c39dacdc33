import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { connect } from 'node:net';
import { expect } from 'chai';
import { use } from '../support/use.ts';
import { shareSystem } from './shared-system.ts';

const foreign = 'evil.example';
const paths = [
  ['/', '/index.html', '/saved', '/favicon.ico', '/nothing', '/api/v1/messages/', '/api/v1/openapi.json'],
  ['/sse/v1/messages', '/live/v1/messages', '/ws/v1/', '/system/v1/', '/system/v1/dead-letters/'],
].flat();
const adminPaths = ['/livez', '/readyz', '/metrics', '/status', '/nothing'];

/** Sends a request with a host name; resolves with the status and the body. */
async function ask(
  url: string,
  { host, method = 'GET', headers = {} }: { host: string; method?: string; headers?: Record<string, string> },
): Promise<readonly [status: number | undefined, body: string]> {
  const asking = request(url, { method, headers: { host, 'content-type': 'application/json', ...headers } });
  asking.end(method === 'POST' ? '{"text":"hello"}' : undefined);
  const [response] = (await once(asking, 'response')) as [IncomingMessage];
  if (response.headers['content-type'] === 'text/event-stream') {
    response.destroy();
    return [response.statusCode, ''];
  }
  return [response.statusCode, await text(response)];
}

describe('a page whose host name an attacker resolves to this machine', function () {
  this.timeout(60_000);
  const system = shareSystem(undefined, { ALLOWED_HOSTS: 'api.example' });

  it('gets nothing from the loopback servers, by any path and method', async () => {
    const { url, adminUrl } = system();

    for (const base of [
      ...paths.map((path) => `${url}${path}`),
      ...adminPaths.map((path) => `${adminUrl}${path}`),
    ]) {
      for (const method of ['GET', 'POST', 'OPTIONS', 'DELETE']) {
        for (const host of [foreign, `${foreign}:${new URL(url).port}`]) {
          const [status, body] = await ask(base, { host, method, headers: { origin: `http://${host}` } });
          expect([base, method, status, body]).to.deep.include(403);
          expect(body).to.match(/FOREIGN_HOST.*"requestId":"[\w-]{36}"/);
        }
      }
    }
  });

  it('gets no WebSocket', async () => {
    const { port } = system();
    const socket = use(connect(port, '127.0.0.1'), (socket) => socket.destroy());

    socket.write(
      `GET /ws/v1/ HTTP/1.1\r\nhost: ${foreign}\r\norigin: http://${foreign}\r\nconnection: upgrade\r\n` +
        'upgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );

    expect(await text(socket)).to.match(/^HTTP\/1\.1 403 /);
  });

  it('is distinguished from the names of this machine, and from those that the operator allows', async () => {
    const { url, adminUrl } = system();

    for (const host of ['localhost', 'shop.localhost:3000', '127.0.0.1', '[::1]:8080', 'api.example']) {
      const [posted] = await ask(`${url}/api/v1/messages/`, { host, method: 'POST' });
      const [ready] = await ask(`${adminUrl}/readyz`, { host });
      expect([host, posted, ready]).to.deep.equal([host, 200, 200]);
    }
    expect(await ask(`${url}/live/v1/messages`, { host: foreign })).to.deep.include(403);
  });
});
