import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { expect } from 'chai';
import { amqpUrl } from '../../../../test/support/amqp.ts';
import { certificatePath, openTlsProxy, type TlsProxyOptions } from '../../../../test/support/tls-proxy.ts';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { openBus, uniqueName, untilUp } from './fixtures.ts';

const ca = `cacertfile=${encodeURIComponent(certificatePath('ca'))}`;
const client = `certfile=${certificatePath('client')}&keyfile=${certificatePath('client', 'key')}`;

function topology() {
  return {
    exchanges: [{ name: uniqueName(), type: 'fanout' as const }],
    queues: [],
    bindings: [],
    feeds: [],
  };
}

/** The URL of the broker behind TLS. */
async function encryptedUrl(
  query: string,
  options: Omit<TlsProxyOptions, 'target'> = {},
  host = 'localhost',
): Promise<string> {
  const { hostname, port, username, password } = new URL(amqpUrl());
  const target = { host: hostname, port: Number(port || 5672) };
  const proxy = use(await openTlsProxy({ target, ...options }), (proxy) => proxy.close());
  return `amqps://${username}:${password}@${host}:${proxy.port}?${query}`;
}

/** Why a bus with this URL is down. */
async function reasonOf(url: string): Promise<string> {
  const bus = openBus(topology(), { urls: [url], connectTimeoutMs: 20_000 });
  return until(() => bus.status.reason !== 'not connected yet' && bus.status.reason, { timeoutMs: 30_000 });
}

/** A TLS server that does not speak AMQP. */
async function openStranger(answer: (socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => answer(socket.on('error', () => {}))).listen(0, '127.0.0.1');
  await once(server, 'listening');
  use(server, () => server.close());
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The login that a bus sends to a broker that offers PLAIN and EXTERNAL. */
async function loginTo(urlOf: (host: string) => string): Promise<string> {
  let login: Buffer | undefined;
  const host = await openStranger((socket) => {
    socket.once('data', () => {
      socket.once('data', (data) => (login = data));
      socket.write(connectionStart('PLAIN EXTERNAL'));
    });
  });
  openBus(topology(), { urls: [urlOf(host)] });
  return String(await until(() => login));
}

describe('a broker behind TLS', function () {
  this.timeout(60_000);

  it('is verified by the authority that the URL names, by name and by address', async () => {
    await untilUp(openBus(topology(), { urls: [await encryptedUrl(ca)] }), 30_000);
    await untilUp(openBus(topology(), { urls: [await encryptedUrl(ca, {}, '127.0.0.1')] }), 30_000);
  });

  it('receives the client certificate that the URL names', async () => {
    await untilUp(
      openBus(topology(), { urls: [await encryptedUrl(`${ca}&${client}`, { asksClients: true })] }),
      30_000,
    );

    expect(await reasonOf(await encryptedUrl(ca, { asksClients: true }))).to.contain('client certificate');
  });

  it('is accepted unverified only if the URL says so', async () => {
    const query = 'verify=verify_none';

    await untilUp(
      openBus(topology(), { urls: [await encryptedUrl(query, { certificate: 'other' })] }),
      30_000,
    );
  });

  it('may have another name', async () => {
    const query = `${ca}&server_name_indication=other.example`;

    await untilUp(
      openBus(topology(), { urls: [await encryptedUrl(query, { certificate: 'other' })] }),
      30_000,
    );
  });

  it('that cannot be trusted is refused in a sentence', async () => {
    expect(await reasonOf(await encryptedUrl(''))).to.match(
      /signed by an authority that is not trusted here/,
    );
    expect(await reasonOf(await encryptedUrl(ca, { certificate: 'other' }))).to.contain(
      'is for another host',
    );
    expect(await reasonOf(await encryptedUrl(ca, { certificate: 'expired' }))).to.contain('has expired');
  });

  it('is distinguished from one that does not speak TLS, either way', async () => {
    const { host } = new URL(amqpUrl());
    const encrypted = await reasonOf(`amqps://${host}`);
    const plain = await reasonOf((await encryptedUrl('')).replace('amqps', 'amqp'));

    expect(encrypted).to.contain('does not speak TLS on this port').and.not.contain('deps/openssl');
    expect(plain).to.contain('does it want TLS on this port (amqps://)?');
  });

  it('needs readable files', async () => {
    expect(await reasonOf(await encryptedUrl('cacertfile=/nowhere/ca.pem'))).to.contain(
      'cannot read cacertfile /nowhere/ca.pem: there is no such file',
    );
  });

  it('may identify the user by the certificate', async () => {
    expect(await loginTo((host) => `amqp://${host}?auth_mechanism=external`))
      .to.contain('EXTERNAL')
      .and.not.contain('guest');
  });
});

describe('a broker', function () {
  this.timeout(60_000);

  it('receives user and password in UTF-8', async () => {
    expect(await loginTo((host) => `amqp://%C3%BC:p%E2%82%AC%2F%25@${host}`)).to.contain('\0ü\0p€/%');
  });

  it('that is unreachable is reported with the reason, in a sentence', async () => {
    const http = await openStranger((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    const { host } = new URL(amqpUrl());

    expect(await reasonOf('amqp://127.0.0.1:1')).to.match(
      /^127.0.0.1:1: no server listens there \(.*ECONNREFUSED/,
    );
    expect(await reasonOf('amqp://nowhere.invalid')).to.match(/^nowhere.invalid: this host is not known/);
    expect(await reasonOf(`amqp://${http}`)).to.contain('does not speak AMQP 0-9-1 on this port');
    expect(await reasonOf(`amqp://guest:wrong@${host}`)).to.contain('refused this user or password');
    expect(await reasonOf(`${amqpUrl()}/nowhere`)).to.contain('refused the virtual host');
  });
});

/** The first method that a broker sends (AMQP 0-9-1, section 1.4.2.1), with the mechanisms that it offers. */
function connectionStart(mechanisms: string): Buffer {
  const longString = (text: string): Buffer => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    return Buffer.concat([length, Buffer.from(text)]);
  };
  const payload = Buffer.concat([
    Buffer.from([0, 10, 0, 10, 0, 9]),
    longString(''),
    longString(mechanisms),
    longString('en_US'),
  ]);
  const header = Buffer.from([1, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(payload.length, 3);
  return Buffer.concat([header, payload, Buffer.from([0xce])]);
}
