import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { createHttpServer, type ServerLimits } from '../../src/http/create-http-server.ts';
import { closeServer, listen } from '../../src/http/http-server.ts';

interface Serving {
  readonly server: Server;
  /** The codes of the `clientError` events so far. */
  readonly errors: readonly unknown[];
  /** Opens a connection; nothing is sent over it. */
  connect(): Connection;
}

interface Connection {
  readonly socket: Socket;
  /** Resolves with everything received, once the server has ended the connection. */
  readonly ended: Promise<string>;
}

/** Serves 200 to all requests, and never reads their bodies. */
async function serve(limits: Partial<ServerLimits>): Promise<Serving> {
  const server = createHttpServer({ checkIntervalMs: 10, ...limits });
  const errors: unknown[] = [];
  server.on('request', (_request, response) => response.end('ok'));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    errors.push(error.code);
    socket.destroy();
  });
  use(server, (server) => closeServer(server, 0));
  const port = await listen(server, { host: '127.0.0.1', port: 0 });
  return {
    server,
    errors,
    connect() {
      const socket = use(connect(port, '127.0.0.1'), (socket) => socket.destroy());
      let received = '';
      socket.on('data', (bytes) => (received += bytes.toString('latin1')));
      // Data written after the server has cut the connection resets it.
      socket.on('error', () => {});
      const ended = new Promise<string>((resolve) => socket.on('close', () => resolve(received)));
      return { socket, ended };
    },
  };
}

describe('a server', () => {
  it('cuts a connection that says nothing', async () => {
    const { errors, connect } = await serve({ headersTimeoutMs: 50 });

    await connect().ended;

    expect(errors).to.deep.equal(['ERR_HTTP_REQUEST_TIMEOUT']);
  });

  it('lets a caller that reads only after it has sent everything see the answer', async () => {
    const { connect } = await serve({});
    const { socket, ended } = connect();
    const failed: unknown[] = [];
    socket.on('error', (error) => failed.push(error));
    socket.pause();

    socket.write('POST / HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: 1000000\r\n\r\n');
    for (let part = 0; part < 100; part += 1) {
      await nextTurn();
      socket.write('x'.repeat(10_000));
    }
    socket.resume();

    expect(await ended).to.match(/^HTTP\/1\.1 200 [\s\S]*ok/);
    expect(failed).to.deep.equal([]);
  });

  it('cuts headers that come too slowly', async () => {
    const { errors, connect } = await serve({ headersTimeoutMs: 50 });
    const { socket, ended } = connect();

    socket.write('GET / HTTP/1.1\r\nhost: x\r\n');
    const dripping = setInterval(() => socket.write('x: y\r\n'), 5);
    await ended.finally(() => clearInterval(dripping));

    expect(errors).to.include('ERR_HTTP_REQUEST_TIMEOUT');
  });

  it('cuts a body that comes too slowly', async () => {
    const { server, errors, connect } = await serve({ headersTimeoutMs: 50, requestTimeoutMs: 100 });
    server.removeAllListeners('request').on('request', () => {});
    const { socket, ended } = connect();

    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n');
    const dripping = setInterval(() => socket.write('x'), 5);
    await ended.finally(() => clearInterval(dripping));

    expect(errors).to.include('ERR_HTTP_REQUEST_TIMEOUT');
  });

  it('closes a connection that has been idle since its last answer', async () => {
    const { errors, connect } = await serve({ keepAliveTimeoutMs: 50 });
    const { socket, ended } = connect();

    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');

    expect(await ended).to.match(/^HTTP\/1\.1 200 /);
    expect(errors).to.deep.equal([]);
  });

  it('refuses headers that are too long', async () => {
    const { errors, connect } = await serve({ maxHeaderBytes: 1_000 });
    const { socket, ended } = connect();

    socket.write(`GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(2_000)}\r\n\r\n`);

    await ended;
    expect(errors).to.include('HPE_HEADER_OVERFLOW');
  });

  it('accepts no more connections than allowed', async () => {
    const { server, connect } = await serve({ maxConnections: 2 });
    const first = connect();
    connect();
    const dropped: unknown[] = [];
    server.on('drop', (data) => dropped.push(data));

    await until(
      () => new Promise((resolve) => server.getConnections((_error, count) => resolve(count === 2))),
    );
    await connect().ended;

    expect(dropped).to.have.length(1);
    first.socket.write('GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');
    expect(await first.ended).to.match(/^HTTP\/1\.1 200 /);
  });

  it('ignores an unknown expectation', async () => {
    const { connect } = await serve({});
    const { socket, ended } = connect();

    socket.write('GET / HTTP/1.1\r\nhost: x\r\nexpect: much\r\nconnection: close\r\n\r\n');

    expect(await ended).to.match(/^HTTP\/1\.1 200 /);
  });
});
