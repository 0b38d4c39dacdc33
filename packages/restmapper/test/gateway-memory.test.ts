import { expect } from 'chai';
import { Registry } from 'prom-client';
import { until } from '../../../test/support/until.ts';
import { createGatewayMetrics } from '../src/index.ts';
import type { GatewayLimits } from '../src/request/limits.ts';
import { codeIn, openRaw, sendRaw } from './support/raw-request.ts';
import { post, problemOf, type StartedGateway, startGateway } from './support/start-gateway.ts';
import { reply, work } from './support/work.ts';

const endpoints = `
  POST /a: { fanout: true, body: true, maxBody: 1MB }
  POST /many: { fanout: true, body: { type: object, additionalProperties: false }, maxBody: 1MB }
  POST /echo: { rpc: true, body: true, maxBody: 1MB }
  GET /large: { rpc: true }
  GET /small: { rpc: true }`;

interface Counting extends StartedGateway {
  /** The bytes that the gateway reports as held. */
  readonly held: () => Promise<number>;
}

async function startCounting(limits: Partial<GatewayLimits> = {}): Promise<Counting> {
  const registry = new Registry();
  const gateway = await startGateway(endpoints, { limits, metrics: createGatewayMetrics(registry) });
  const held = async (): Promise<number> => {
    const [, bytes] = /^restmapper_http_bytes_held (\d+)$/m.exec(await registry.metrics()) ?? [];
    return Number(bytes);
  };
  return { ...gateway, held };
}

/** A reply of this many bytes; a large one exceeds the kernel's socket buffer. */
function replyOf(bytes: number): ReturnType<typeof reply> {
  return reply(Buffer.from(JSON.stringify('x'.repeat(bytes - 2))));
}

describe('the memory that a gateway holds for its callers', () => {
  it('is twice the announced body, and is released once the call is answered', async () => {
    const { port, held, call } = await startCounting();
    const { socket, ended } = openRaw(port);
    const head = 'POST /a HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n';

    socket.write(`${head}content-length: 300002\r\n\r\n"${'x'.repeat(200_000)}`);
    await until(async () => (await held()) === 600_004);
    socket.write(`${'x'.repeat(100_000)}"`);

    expect(await ended).to.match(/^HTTP\/1\.1 200 /);
    expect((await call('/a', post('"x"'))).status).to.equal(200);
    expect(await held()).to.equal(0);
  });

  it('is released however a body ends', async () => {
    const { port, held, call } = await startCounting({ bodyTimeoutMs: 200 });
    const head = 'POST /a HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
    const left = openRaw(port);
    left.socket.write(`${head}content-length: 900000\r\n\r\n"${'x'.repeat(100_000)}`);
    await until(async () => (await held()) > 0);

    left.socket.destroy();
    const late = await sendRaw(port, `${head}content-length: 900000\r\n\r\n"${'x'.repeat(100_000)}`);
    const long = await call('/a', post(JSON.stringify('x'.repeat(1_000_001))));
    const broken = await call('/a', post('['.repeat(100_000)));

    expect([late.slice(9, 12), long.status, broken.status]).to.deep.equal(['408', 413, 400]);
    await until(async () => (await held()) === 0);
  });

  it('bounds the bodies that are being read: one more is 503, and nothing of it is sent', async () => {
    const { port, bus, held, call } = await startCounting({ maxHeldBytes: 500_000 });
    const deliveries = await work(bus, '/a:POST');
    const { socket } = openRaw(port);
    const head = 'POST /a HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
    socket.write(`${head}content-length: 200000\r\n\r\n"${'x'.repeat(100_000)}`);
    await until(async () => (await held()) === 400_000);

    const refused = await call('/a', post(JSON.stringify('x'.repeat(200_000))));
    const chunked = await sendRaw(
      port,
      `${head}transfer-encoding: chunked\r\n\r\n30D40\r\n${'1'.repeat(200_000)}\r\n0\r\n\r\n`,
    );
    const small = await call('/a', post('"x"'));

    expect(refused.headers.get('retry-after')).to.match(/^[123]$/);
    expect(await problemOf(refused)).to.include({ status: 503, code: 'OVERLOADED' });
    expect([chunked.slice(9, 12), codeIn(chunked)]).to.deep.equal(['503', 'OVERLOADED']);
    expect(small.status).to.equal(200);
    await until(() => deliveries.length === 1);
    expect(await held()).to.equal(400_000);
  });

  it('includes an answer until it is taken, also one that waits behind another', async () => {
    const { port, bus, held } = await startCounting();
    await work(bus, '/large:GET', () => replyOf(14_000_000));
    await work(bus, '/small:GET', () => replyOf(50_000));
    const { socket } = openRaw(port);
    socket.pause();
    const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: x\r\n\r\n`;

    socket.write(`${get('/large')}${get('/small')}${get('/small')}`);
    await until(async () => (await held()) === 14_100_000);
    socket.resume();

    await until(async () => (await held()) === 0);
  });

  it('is released when the caller leaves, also for answers that wait behind another', async () => {
    const { port, bus, held } = await startCounting();
    await work(bus, '/large:GET', () => replyOf(14_000_000));
    const { socket } = openRaw(port);
    socket.pause();
    const get = 'GET /large HTTP/1.1\r\nhost: x\r\n\r\n';

    socket.write(`${get}${get}${get}`);
    await until(async () => (await held()) === 42_000_000);
    socket.destroy();

    await until(async () => (await held()) === 0);
  });

  it('excludes an answer to HEAD, and small answers', async () => {
    const { bus, call, held } = await startCounting();
    await work(bus, '/large:GET', () => replyOf(100_000));
    await work(bus, '/small:GET', () => replyOf(4_000));

    const head = await call('/large', { method: 'HEAD' });
    await call('/small');

    expect(head.headers.get('content-length')).to.equal('100000');
    expect(await held()).to.equal(0);
  });

  it('bounds the answers: one more is 503, and states the outcome of the request', async () => {
    const { port, bus, call, held } = await startCounting({ maxHeldBytes: 20_000_000 });
    await work(bus, '/large:GET', () => replyOf(14_000_000));
    const { socket } = openRaw(port);
    socket.pause();
    socket.write('GET /large HTTP/1.1\r\nhost: x\r\n\r\n');
    await until(async () => (await held()) === 14_000_000);

    const problem = await problemOf(await call('/large'));

    expect(problem).to.include({ status: 503, code: 'OVERLOADED' });
    expect(problem.messageId).to.match(/^[\da-f-]{36}$/);
    expect(await held()).to.equal(14_000_000);
  });

  it('refuses every call while there is no room at all', async () => {
    const { port, bus, call, held } = await startCounting({ maxHeldBytes: 14_000_000 });
    const asked = await work(bus, '/small:GET', () => replyOf(10));
    await work(bus, '/large:GET', () => replyOf(14_000_000));
    const { socket } = openRaw(port);
    socket.pause();
    socket.write('GET /large HTTP/1.1\r\nhost: x\r\n\r\n');
    await until(async () => (await held()) === 14_000_000);

    const problem = await problemOf(await call('/small'));

    expect(problem).to.include({ status: 503, code: 'OVERLOADED' }).and.not.have.property('messageId');
    expect(asked).to.deep.equal([]);
  });

  it('shortens a long problem for which there is no room', async () => {
    const { port, call, held } = await startCounting({ maxHeldBytes: 100_000 });
    const { socket } = openRaw(port);
    const head = 'POST /a HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
    socket.write(`${head}content-length: 47500\r\n\r\n"${'x'.repeat(40_000)}`);
    await until(async () => (await held()) === 95_000);
    const names = Array.from({ length: 40 }, (_, index) => [`${index}${'~'.repeat(50)}`, 1]);

    const response = await call('/many', post(JSON.stringify(Object.fromEntries(names))));

    expect(await problemOf(response)).to.include({ status: 503, code: 'OVERLOADED' });
    expect(await held()).to.equal(95_000);
  });

  for (const bytes of [65_535, 65_536, 65_537, 1_000_003]) {
    it(`passes an answer of ${bytes} bytes as it is, with its length`, async () => {
      const { bus, call } = await startCounting();
      const text = JSON.stringify('é'.repeat((bytes - 100) / 2));
      const body = Buffer.concat([Buffer.from(text), Buffer.alloc(bytes - Buffer.byteLength(text), ' ')]);
      await work(bus, '/large:GET', () => reply(body));

      const response = await call('/large');

      expect(response.headers.get('content-length')).to.equal(String(body.length));
      expect(response.headers.get('content-type')).to.equal('application/json');
      expect(Buffer.from(await response.arrayBuffer()).equals(body)).to.equal(true);
    });
  }

  it('cuts a caller that takes less of an answer than it must, and no other', async () => {
    const { port, bus, held } = await startCounting({ minBytesPerSecond: 640_000 });
    await work(bus, '/large:GET', () => replyOf(14_000_000));
    await work(bus, '/small:GET', () => new Promise((resolve) => setTimeout(resolve, 500, replyOf(70_000))));
    const { socket } = openRaw(port);
    socket.pause();
    const get = (path: string) => `GET ${path} HTTP/1.1\r\nhost: x\r\n`;

    socket.write(`${get('/large')}\r\n`);
    await until(async () => (await held()) === 14_000_000);
    await until(async () => (await held()) === 0);
    const behind = await sendRaw(port, `${get('/small')}\r\n${get('/large')}connection: close\r\n\r\n`);

    expect(behind.match(/HTTP\/1\.1 200 /g)).to.have.length(2);
    expect(behind.length).to.be.above(14_070_000);
  });
});
