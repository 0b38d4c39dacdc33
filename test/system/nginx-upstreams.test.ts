import { randomBytes } from 'node:crypto';
import {
  createServer,
  type IncomingHttpHeaders,
  request as httpRequest,
  type RequestListener,
} from 'node:http';
import { expect } from 'chai';
import { WebSocket, WebSocketServer } from 'ws';
import { closeServer, listen } from '../../packages/host/src/http/http-server.ts';
import { openEventSource } from '../support/event-source.ts';
import { type Nginx, openNginx, replicaAddress } from '../support/nginx.ts';
import { openSilentListener } from '../support/silent-listener.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { post } from './calls.ts';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** A server behind nginx, and the complete requests that it received. */
interface Replica {
  readonly address: string;
  readonly seen: readonly Seen[];
}

const answerOk: RequestListener = (_request, response) => void response.end('{}');
const dieInMidRequest: RequestListener = ({ socket }) => void socket.destroy();

async function openReplica(port: number, listener: RequestListener = answerOk): Promise<Replica> {
  const address = replicaAddress();
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      const { method = '', url = '', headers } = request;
      seen.push({ method, url, headers });
      listener(request, response);
    });
  });
  use(server, (server) => closeServer(server, 0));
  await listen(server, { host: address, port });
  return { address, seen };
}

async function useNginx(changes: Readonly<Record<string, string>> = {}): Promise<Nginx> {
  return use(await openNginx({ changes }), (nginx) => nginx.close());
}

/** Opens nginx in front of one gateway that answers all requests alike. */
async function openOne(listener?: RequestListener): Promise<{ nginx: Nginx; replica: Replica }> {
  const nginx = await useNginx();
  const replica = await openReplica(nginx.ports.restmapper, listener);
  nginx.names.set('restmapper', [replica.address]);
  return { nginx, replica };
}

interface RawAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
}

/** Sends the path unchanged, which fetch would normalize. */
function getRaw(url: string, path: string): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const request = httpRequest({ hostname, port, path, agent: false }, (response) => {
      const { statusCode: status = 0, headers } = response.resume();
      response.once('end', () => resolve({ status, headers }));
    });
    request.once('error', reject).end();
  });
}

async function repeat<T>(count: number, act: () => Promise<T>): Promise<readonly T[]> {
  const results: T[] = [];
  while (results.length < count) results.push(await act());
  return results;
}

describe('nginx', function () {
  this.timeout(30_000);

  describe('before replicas that die', () => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      it(`sends each ${method} once`, async () => {
        const nginx = await useNginx();
        const dying = await openReplica(nginx.ports.restmapper, dieInMidRequest);
        const sound = await openReplica(nginx.ports.restmapper);
        nginx.names.set('restmapper', [dying.address, sound.address]);

        const answers = await repeat(40, () => fetch(`${nginx.url}/api/v1/x`, { method, body: '{}' }));

        const lost = answers.filter(({ status }) => status === 502);
        expect(dying.seen.length + sound.seen.length).to.equal(40);
        expect(lost).to.have.length(dying.seen.length);
        expect(answers.filter(({ status }) => status === 200)).to.have.length(sound.seen.length);
        expect(dying.seen.length, 'died').to.be.above(0);
        expect(await lost[0]?.json()).to.include({ code: 'UNANSWERED', status: 502 });
      });
    }

    it('retries safe requests with another replica', async () => {
      const nginx = await useNginx();
      const dying = await openReplica(nginx.ports.restmapper, dieInMidRequest);
      const sound = await openReplica(nginx.ports.restmapper);
      nginx.names.set('restmapper', [dying.address, sound.address]);

      const answers = await repeat(20, () => fetch(`${nginx.url}/api/v1/x`));

      expect(answers.map(({ status }) => status)).to.deep.equal(Array(20).fill(200));
      expect(dying.seen.length, 'died').to.be.above(0);
    });

    it('skips a replica that is not running, also for a POST', async () => {
      const nginx = await useNginx();
      const replica = await openReplica(nginx.ports.restmapper);
      nginx.names.set('restmapper', [replicaAddress(), replica.address, replicaAddress()]);

      const answers = await repeat(30, () => post(`${nginx.url}/api/v1/x`, {}));

      expect(answers.map(({ status }) => status)).to.deep.equal(Array(30).fill(200));
      expect(replica.seen).to.have.length(30);
    });

    it('skips a replica whose machine is gone, also for a POST', async () => {
      const nginx = await useNginx();
      const gone = replicaAddress();
      const listener = await openSilentListener(gone, nginx.ports.restmapper);
      use(listener, (listener) => listener.close());
      const replica = await openReplica(nginx.ports.restmapper);
      nginx.names.set('restmapper', [gone, replica.address]);

      const answers = await Promise.all(Array.from({ length: 10 }, () => post(`${nginx.url}/api/v1/x`, {})));

      expect(answers.map(({ status }) => status)).to.deep.equal(Array(10).fill(200));
      expect(replica.seen).to.have.length(10);
      const asked = (await nginx.accessLog()).map(({ upstream }) => upstream);
      expect(asked.filter((upstream) => upstream.startsWith(gone))).not.to.have.length(0);
    });

    it('skips a bridge that is full, for a WebSocket', async () => {
      const nginx = await useNginx();
      const full = await openReplica(nginx.ports.liveupdate, (_request, response) => {
        response.writeHead(503).end();
      });
      const address = replicaAddress();
      const roomy = new WebSocketServer({ host: address, port: nginx.ports.liveupdate });
      use(roomy, (server) => server.close());
      nginx.names.set('liveupdate', [full.address, address]);
      const connect = () =>
        new Promise<string>((resolve) => {
          const socket = new WebSocket(`${nginx.url.replace('http', 'ws')}/ws/v1/`);
          use(socket, (socket) => socket.terminate());
          socket.once('open', () => resolve('open'));
          socket.once('error', (error) => resolve(error.message));
        });

      expect(await repeat(10, connect)).to.deep.equal(Array(10).fill('open'));
    });
  });

  describe('before a service that is scaled', () => {
    it('finds a replica that was added, and forgets one that is gone', async () => {
      const { nginx, replica: first } = await openOne();
      const second = await openReplica(nginx.ports.restmapper);
      const call = () => fetch(`${nginx.url}/api/v1/x`);
      await call();

      nginx.names.set('restmapper', [first.address, second.address]);
      await until(async () => (await call()).ok && second.seen.length > 5);
      const shared = first.seen.length;
      nginx.names.set('restmapper', [second.address]);

      expect(shared, 'both are asked').to.be.above(1);
      await until(async () => {
        const before = first.seen.length;
        await repeat(20, call);
        return first.seen.length === before;
      });
    });

    it('reports that no replica answers, and tries again a moment later', async () => {
      const { nginx, replica } = await openOne();
      nginx.names.set('restmapper', [replicaAddress()]);

      const unanswered = await post(`${nginx.url}/api/v1/x`, {}, { 'x-request-id': 'r-1' });
      nginx.names.set('restmapper', [replica.address]);

      expect(unanswered.status).to.equal(502);
      expect(unanswered.headers.get('content-type')).to.equal('application/problem+json');
      expect(unanswered.headers.get('x-request-id')).to.equal('r-1');
      expect(await unanswered.json()).to.include({ code: 'UNANSWERED', requestId: 'r-1' });
      await until(async () => (await post(`${nginx.url}/api/v1/x`, {})).ok);
    });

    it('lets an EventSource reconnect when no bridge answers', async () => {
      const nginx = await useNginx();
      nginx.names.set('liveupdate', [replicaAddress()]);

      const stream = await openEventSource(`${nginx.url}/sse/v1/messages`);
      const history = await fetch(`${nginx.url}/sse/v1/messages?history&limit=1`);
      await stream.ended;

      expect(stream.status).to.equal(200);
      expect(stream.headers['content-type']).to.equal('text/event-stream');
      expect(stream.parser.retryMs).to.equal(2_000);
      expect(stream.events.map(({ event }) => event)).to.deep.equal(['bye']);
      expect([history.status, await history.json()]).to.deep.include(502);
    });
  });

  describe('on the way to the gateway', () => {
    it('removes the prefix, and leaves the rest as the caller wrote it', async () => {
      const { nginx, replica } = await openOne();
      const targets = ['/a%2Fb/%C3%A9?x=%20+&y=1', '/', '/?', '//b', '/a/../b', '/a/%2e%2e/b'];

      for (const target of targets) await getRaw(nginx.url, `/api/v1${target}`);

      expect(replica.seen.map(({ url }) => url)).to.deep.equal(targets);
    });

    it('does not route a path to the API that matches it only when decoded', async () => {
      const { nginx, replica } = await openOne();
      const paths = ['//api/v1/x', '/%61pi/v1/x', '/x/../api/v1/x', '/api/v1/../../saved'];

      const answers = await Promise.all(paths.map((path) => getRaw(nginx.url, path)));

      expect(answers.map(({ status }) => status)).to.deep.equal([404, 404, 404, 404]);
      expect(replica.seen).to.deep.equal([]);
    });

    it('reports the caller’s address, and ignores forged headers', async () => {
      const { nginx, replica } = await openOne();
      const forged = { 'x-forwarded-for': '1.2.3.4', 'x-forwarded-proto': 'https', forwarded: 'for=1.2.3.4' };

      await post(`${nginx.url}/api/v1/x`, {}, forged);

      expect(replica.seen[0]?.headers).to.include({
        host: new URL(nginx.url).host,
        'x-forwarded-for': '127.0.0.1',
        'x-forwarded-proto': 'http',
        'x-forwarded-host': new URL(nginx.url).host,
      });
      expect(replica.seen[0]?.headers).to.not.include.keys('forwarded', 'upgrade');
    });

    it('keeps the id of a request if it is valid, or generates one', async () => {
      const { nginx, replica } = await openOne();
      const ids = ['mine-1.a_B', 'with space', 'x'.repeat(129)];

      for (const id of ids) await post(`${nginx.url}/api/v1/x`, {}, { 'x-request-id': id });
      await post(`${nginx.url}/api/v1/x`, {});

      const [kept, ...made] = replica.seen.map(({ headers }) => headers['x-request-id']);
      expect(kept).to.equal('mine-1.a_B');
      expect(new Set(made).size).to.equal(3);
      for (const id of made) expect(id).to.match(/^[\da-f]{32}$/);
    });

    it('refuses a body that is too long before the gateway sees it', async () => {
      const { nginx, replica } = await openOne();

      const refused = await post(`${nginx.url}/api/v1/x`, 'x'.repeat(2_000_000)).catch(() => undefined);
      const taken = await post(`${nginx.url}/api/v1/x`, 'x'.repeat(1_000_000));

      // A client may still be sending when the answer arrives, and miss it.
      if (refused) expect(await refused.json()).to.include({ code: 'BODY_TOO_LARGE', status: 413 });
      expect(taken.status).to.equal(200);
      expect(replica.seen).to.have.length(1);
      expect((await nginx.accessLog())[0]).to.include({ status: 413, upstream: '' });
    });

    it('logs the request without its query', async () => {
      const { nginx, replica } = await openOne();

      await fetch(`${nginx.url}/api/v1/x?token=secret`, { headers: { 'x-request-id': 'r-1' } });

      const lines = await until(async () => nginx.accessLog());
      expect(lines).to.have.length(1);
      expect(lines[0]).to.include({
        requestId: 'r-1',
        client: '127.0.0.1',
        method: 'GET',
        path: '/api/v1/x',
        status: 200,
        upstream: `${replica.address}:${nginx.ports.restmapper}`,
        upstreamStatus: '200',
      });
      expect(JSON.stringify(lines)).to.not.contain('secret');
    });
  });

  describe('on the way back', () => {
    it('compresses JSON', async () => {
      const json = JSON.stringify({ text: 'x'.repeat(5_000), random: randomBytes(8).toString('hex') });
      const { nginx } = await openOne((_request, response) => {
        response.writeHead(200, { 'content-type': 'application/json', etag: '"1"' }).end(json);
      });

      const response = await fetch(`${nginx.url}/api/v1/x`);

      expect(response.headers.get('content-encoding')).to.equal('gzip');
      expect(response.headers.get('etag')).to.equal('W/"1"');
      expect(await response.text()).to.equal(json);
    });

    it('forwards each event at once', async () => {
      const nginx = await useNginx();
      let send = (_text: string): void => {};
      const { address } = await openReplica(nginx.ports.liveupdate, (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
        send = (text) => response.write(text);
      });
      nginx.names.set('liveupdate', [address]);

      const { events } = await openEventSource(`${nginx.url}/sse/v1/messages`);

      await until(() => events.length === 1, { timeoutMs: 1_000 });
      send('data: 2\n\n');
      await until(() => events.length === 2, { timeoutMs: 1_000 });
      expect(events.map(({ data }) => data)).to.deep.equal(['1', '2']);
    });

    it('limits the live connections of one address', async () => {
      const nginx = await useNginx({ 'limit_conn watchers 1000': 'limit_conn watchers 2' });
      const { address } = await openReplica(nginx.ports.liveupdate, (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n');
      });
      nginx.names.set('liveupdate', [address]);
      await repeat(2, () => openEventSource(`${nginx.url}/sse/v1/messages`));

      const refused = await fetch(`${nginx.url}/sse/v1/messages`);

      expect(refused.status).to.equal(429);
      expect(await refused.json()).to.include({ code: 'TOO_MANY_CONNECTIONS' });
    });
  });
});
