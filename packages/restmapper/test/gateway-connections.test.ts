import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { until } from '../../../test/support/until.ts';
import { codeIn, openRaw, sendRaw } from './support/raw-request.ts';
import { startGateway } from './support/start-gateway.ts';
import { reply, work } from './support/work.ts';

const post = 'POST /a HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
const endpoints = `
  POST /a: { fanout: true, body: true, maxBody: 1KB }
  POST /none: { fanout: true }
  GET /slow: { rpc: true }`;

describe('connections', () => {
  for (const [what, text] of [
    ['no HTTP', 'hello\r\n\r\n'],
    ['a header without a name', 'GET /a HTTP/1.1\r\nhost: x\r\n: y\r\n\r\n'],
    ['two lengths', `${post}content-length: 1\r\ncontent-length: 2\r\n\r\n11`],
    ['a length and chunks', `${post}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['chunks without lengths', `${post}transfer-encoding: chunked\r\n\r\nzz\r\n`],
    ['a negative length', `${post}content-length: -1\r\n\r\n`],
  ] as const) {
    it(`answers 400 to ${what}`, async () => {
      const { port } = await startGateway(endpoints);

      const answer = await sendRaw(port, text);

      expect(answer).to.match(/^HTTP\/1\.1 400 /);
      expect(codeIn(answer)).to.equal('MALFORMED_REQUEST');
    });
  }

  for (const [what, hosts] of [
    ['no host', ''],
    ['two hosts', 'host: x\r\nhost: y\r\n'],
  ] as const) {
    it(`answers 400 to ${what}`, async () => {
      const { port } = await startGateway(endpoints);

      const answer = await sendRaw(port, `POST /none HTTP/1.1\r\n${hosts}connection: close\r\n\r\n`);

      expect(answer).to.match(/^HTTP\/1\.1 400 /);
      expect(codeIn(answer)).to.equal('MALFORMED_REQUEST');
    });
  }

  it('answers CONNECT, and OPTIONS for the server as a whole', async () => {
    const { port } = await startGateway(endpoints);

    const connect = await sendRaw(port, 'CONNECT x:80 HTTP/1.1\r\nhost: x:80\r\n\r\n');
    const options = await sendRaw(port, 'OPTIONS * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');

    expect(connect).to.match(/^HTTP\/1\.1 405 [\s\S]*\r\nallow: GET/);
    expect(codeIn(connect)).to.equal('METHOD_NOT_ALLOWED');
    expect(options).to.match(/^HTTP\/1\.1 204 [\s\S]*\r\nallow: DELETE, GET/i);
  });

  it('routes equivalent spellings of a path to one endpoint, also with a parameter', async () => {
    const { bus, port } = await startGateway(`
  GET /orders/admin: { rpc: true }
  GET /orders/{id}: { rpc: true }`);
    await work(bus, '/orders/admin:GET', () => reply('"admin"'));
    await work(bus, '/orders/{id}:GET', () => reply('"id"'));
    const get = (path: string) =>
      sendRaw(port, `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);

    for (const path of [
      '/orders/admin',
      '/orders/%61dmin',
      '/%6frders/%61%64min',
      'http://x/orders/adm%69n',
    ]) {
      expect(await get(path)).to.match(/"admin"$/);
    }
    expect(await get('/orders/%2561dmin')).to.match(/"id"$/);
  });

  it('requests an announced body only where it is wanted', async () => {
    const { port } = await startGateway(endpoints);
    const begin = (head: string) => {
      const { socket, ended } = openRaw(port);
      let received = '';
      socket.on('data', (chunk: Buffer) => (received += chunk.toString('latin1')));
      socket.write(`${head}expect: 100-continue\r\n\r\n`);
      return { socket, ended, received: () => received };
    };
    const end = 'connection: close\r\ncontent-length: 3\r\n';

    const wanted = begin(`${post}${end}`);
    await until(() => wanted.received().startsWith('HTTP/1.1 100 '));
    wanted.socket.write('[1]');
    expect(await wanted.ended)
      .to.match(/\r\n\r\nHTTP\/1\.1 200 /)
      .and.match(/\r\nconnection: close\r\n/i);
    for (const [head, status] of [
      [`${post}content-length: 5000\r\n`, 413],
      [`POST /a HTTP/1.1\r\nhost: x\r\ncontent-type: text/plain\r\n${end}`, 415],
      [`POST /none HTTP/1.1\r\nhost: x\r\n${end}`, 422],
      [`POST /nowhere HTTP/1.1\r\nhost: x\r\n${end}`, 404],
    ] as const) {
      expect(await begin(head).ended).to.match(new RegExp(`^HTTP/1\\.1 ${status} `));
    }
  });

  it('accepts an HTTP/1.0 request without a host', async () => {
    const { port } = await startGateway(endpoints);

    const answer = await sendRaw(port, 'POST /none HTTP/1.0\r\n\r\n');

    expect(answer).to.match(/^HTTP\/1\.1 200 /);
  });

  it('answers a call before the malformed one behind it', async () => {
    const { bus, port } = await startGateway(endpoints);
    await work(bus, '/slow:GET', () => new Promise((resolve) => setTimeout(resolve, 50, reply('1'))));

    const answer = await sendRaw(port, 'GET /slow HTTP/1.1\r\nhost: x\r\n\r\nhello\r\n\r\n');

    const statuses = [...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);
    expect(statuses).to.deep.equal(['200', '400']);
  });

  it('answers 431 to endless headers', async () => {
    const { port } = await startGateway(endpoints);

    const answer = await sendRaw(port, `GET /a HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(70_000)}\r\n\r\n`);

    expect(answer).to.match(/^HTTP\/1\.1 431 /);
    expect(codeIn(answer)).to.equal('HEADERS_TOO_LARGE');
  });

  for (const [what, target] of [
    ['a fragment', '/a#b'],
    ['bytes beyond ASCII', '/a\u{e9}'],
    ['another scheme', 'ftp://x/a'],
  ] as const) {
    it(`answers 400 to a target with ${what}`, async () => {
      const { port } = await startGateway(endpoints);

      const answer = await sendRaw(port, `POST ${target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`);

      expect(codeIn(answer)).to.equal('MALFORMED_REQUEST');
    });
  }

  it('accepts a target with scheme and host', async () => {
    const { port } = await startGateway(endpoints);

    const answer = await sendRaw(port, 'POST http://x/none HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n');

    expect(answer).to.match(/^HTTP\/1\.1 200 /);
  });

  it('accepts a chunked body', async () => {
    const { port } = await startGateway(endpoints);

    const answer = await sendRaw(
      port,
      `${post}connection: close\r\ntransfer-encoding: chunked\r\n\r\n2\r\n[1\r\n1\r\n]\r\n0\r\n\r\n`,
    );

    expect(answer).to.match(/^HTTP\/1\.1 200 /);
  });

  it('treats an empty chunked body as no body', async () => {
    const { port } = await startGateway(endpoints);

    const answer = await sendRaw(
      port,
      'POST /none HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    );

    expect(answer).to.match(/^HTTP\/1\.1 200 /);
  });

  it('refuses an announced length at once, and ends the connection soon after', async () => {
    const { port } = await startGateway(endpoints);
    const started = Date.now();

    const answer = await sendRaw(port, `${post}content-length: 1000000\r\n\r\n[`);

    expect(answer).to.match(/^HTTP\/1\.1 413 /);
    expect(answer).to.match(/\r\nconnection: close\r\n/i);
    expect(codeIn(answer)).to.equal('BODY_TOO_LARGE');
    expect(Date.now() - started).to.be.below(5000);
  });

  it('refuses endless chunks', async () => {
    const { port } = await startGateway(endpoints);
    const { socket, ended } = openRaw(port);
    const chunk = `400\r\n${'x'.repeat(1024)}\r\n`;

    socket.write(`${post}transfer-encoding: chunked\r\n\r\n`);
    const sending = setInterval(() => socket.write(chunk), 1);
    const answer = await ended.finally(() => clearInterval(sending));

    expect(answer).to.match(/^HTTP\/1\.1 413 /);
    expect(codeIn(answer)).to.equal('BODY_TOO_LARGE');
  });

  it('lets a caller that reads only after it has sent everything see why it was refused', async () => {
    const { port } = await startGateway(endpoints);
    const { socket, ended } = openRaw(port);
    const bytes = 5_000_000;
    socket.pause();

    socket.write(`${post}content-length: ${bytes}\r\n\r\n`);
    socket.write(Buffer.alloc(bytes, 'x'), () => socket.resume());
    const answer = await ended;

    expect(codeIn(answer)).to.equal('BODY_TOO_LARGE');
  });

  for (const [what, start, code] of [
    ['invalid HTTP', 'GET /a HTTP/1.1\r\nhost: x\r\n: y\r\n\r\n', 'MALFORMED_REQUEST'],
    ['too many headers', `GET /a HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(70_000)}\r\n`, 'HEADERS_TOO_LARGE'],
    ['invalid chunks', `${post}transfer-encoding: chunked\r\n\r\nzz\r\n`, 'MALFORMED_REQUEST'],
    ['a tunnel', 'CONNECT x:80 HTTP/1.1\r\nhost: x:80\r\n\r\n', 'METHOD_NOT_ALLOWED'],
  ] as const) {
    it(`lets a caller that reads only after it has sent everything see why ${what} was refused`, async () => {
      const { port } = await startGateway(endpoints);
      const { socket, ended } = openRaw(port);
      socket.pause();

      socket.write(start);
      for (let part = 0; part < 20; part += 1) {
        await nextTurn();
        socket.write('x: y\r\n'.repeat(2_000));
      }
      socket.write('\r\n', () => socket.resume());
      const answer = await ended;

      expect(codeIn(answer)).to.equal(code);
      await until(() => socket.destroyed);
    });
  }

  it('cuts a caller that sends endlessly after its refusal', async function () {
    this.timeout(5_000);
    const { port } = await startGateway(endpoints);
    const { socket, ended } = openRaw(port);
    const closed = new Promise((resolve) => socket.on('close', resolve));
    ended.catch(() => {});

    socket.write('hello\r\n\r\n');
    const sending = setInterval(() => socket.write('x'.repeat(1024)), 1);

    await closed.finally(() => clearInterval(sending));
  });

  it('answers 408 to a body that does not arrive', async () => {
    const { port } = await startGateway(endpoints, { limits: { bodyTimeoutMs: 100 } });

    const answer = await sendRaw(port, `${post}content-length: 10\r\n\r\n[1`);

    expect(answer).to.match(/^HTTP\/1\.1 408 /);
    expect(codeIn(answer)).to.equal('REQUEST_TIMEOUT');
  });

  it('publishes nothing when the caller leaves while sending its body', async () => {
    const { bus, port, log, gateway } = await startGateway(endpoints);
    const deliveries = await work(bus, '/a:POST');
    const { socket } = openRaw(port);
    socket.write(`${post}content-length: 10\r\n\r\n[1`);
    await until(() => gateway.inFlight === 1);

    socket.destroy();

    const line = await until(() => log.lines.find(({ fields }) => fields.code === 'CALLER_LEFT'));
    expect(line).to.include({ level: 'info' });
    expect(gateway.inFlight).to.equal(0);
    expect(deliveries).to.deep.equal([]);
  });

  it('stops waiting for a reply when the caller leaves', async () => {
    const { bus, port, log, gateway } = await startGateway(endpoints);
    await work(bus, '/slow:GET', () => new Promise(() => {}));
    const { socket } = openRaw(port);
    socket.write('GET /slow HTTP/1.1\r\nhost: x\r\n\r\n');
    await until(() => bus.stats.pendingRequests === 1);

    socket.destroy();

    await until(() => log.lines.some(({ fields }) => fields.code === 'CALLER_LEFT'));
    expect([gateway.inFlight, bus.stats.pendingRequests]).to.deep.equal([0, 0]);
  });

  it('cuts a caller that does not read its answer', async () => {
    const { bus, port, server } = await startGateway(endpoints, { limits: { sendTimeoutMs: 100 } });
    const large = Buffer.from(JSON.stringify('x'.repeat(14_000_000)));
    await work(bus, '/slow:GET', () => reply(large));
    const { socket } = openRaw(port);
    socket.pause();

    socket.write('GET /slow HTTP/1.1\r\nhost: x\r\n\r\n');

    await until(() => socket.readableLength > 0);
    await until(async () => (await promisify(server.getConnections.bind(server))()) === 0);
  });

  it('waits for an answer as long as it takes, also behind a pipelined one', async () => {
    const { bus, port } = await startGateway(endpoints, { limits: { sendTimeoutMs: 20 } });
    await work(bus, '/slow:GET', () => new Promise((resolve) => setTimeout(resolve, 150, reply('1'))));
    const get = 'GET /slow HTTP/1.1\r\nhost: x\r\n';

    const answer = await sendRaw(port, `${get}\r\n${get}connection: close\r\n\r\n`);

    expect(answer.match(/HTTP\/1\.1 200 /g)).to.have.length(2);
  });

  it('answers pipelined calls in order', async () => {
    const { port } = await startGateway(endpoints);
    const call = `${post}content-length: 1\r\n\r\n1`;

    const answer = await sendRaw(
      port,
      `${call}${call}POST /b HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
    );

    expect([...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).to.deep.equal([
      '200',
      '200',
      '404',
    ]);
  });
});
