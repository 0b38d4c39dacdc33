import { createHmac } from 'node:crypto';
import { sha256 } from '@restmapper/auth';
import { decodeEnvelope, type Delivery } from '@restmapper/bus';
import { expect } from 'chai';
import { Registry } from 'prom-client';
import { until } from '../../../test/support/until.ts';
import { createGatewayMetrics } from '../src/index.ts';
import { codeIn, openRaw, sendRaw } from './support/raw-request.ts';
import { post, problemOf, type StartedGateway, startGateway } from './support/start-gateway.ts';
import { reply, work } from './support/work.ts';

const secret = 'a secret that github has';
const webhookKey = Buffer.alloc(32, 7);
const apiKey = 'a-key-of-256-random-bits';

interface Receiver extends StartedGateway {
  readonly deliveries: readonly Delivery[];
  readonly held: () => Promise<number>;
}

async function startReceiver(limits = {}): Promise<Receiver> {
  const registry = new Registry();
  const gateway = await startGateway(
    `
  POST /hook: { rpc: { timeout: 2s }, body: true, maxBody: 1KB, auth: [github, machines, standard] }
  POST /once: { rpc: true, body: true, idempotency: true, auth: standard }
  POST /json: { rpc: true, body: true, auth: machines }
auth:
  schemes:
    github: { hmac: { form: github, secrets: [${secret}] } }
    machines: { apiKey: { clients: { bob: { keys: [${sha256(apiKey).toString('hex')}] } } } }
    standard: { hmac: { form: standard-webhooks, secrets: [whsec_${webhookKey.toString('base64')}] } }
`,
    { limits, metrics: createGatewayMetrics(registry) },
  );
  const deliveries = await work(gateway.bus, '/hook:POST', ({ body }) =>
    reply(decodeEnvelope(body).identity ?? 'null'),
  );
  const held = async (): Promise<number> => {
    const [, bytes] = /^restmapper_http_bytes_held (\d+)$/m.exec(await registry.metrics()) ?? [];
    return Number(bytes);
  };
  return { ...gateway, deliveries, held };
}

function signatureOf(body: string | Buffer): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

function github(body: string | Buffer): Record<string, string> {
  return { 'x-hub-signature-256': signatureOf(body) };
}

function standard(body: string, id: string): Record<string, string> {
  const time = String(Math.floor(Date.now() / 1000));
  const signature = createHmac('sha256', webhookKey).update(`${id}.${time}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': `v1,${signature}` };
}

/** Written as a sender might, and as no JSON library would write it again. */
const body = '{ "b" : 1.0, "a":"\\u00e9" }';

describe('a signed call', () => {
  it('reaches workers with the bytes that were signed, and the identity of its sender', async () => {
    const { call, deliveries } = await startReceiver();

    const response = await call('/hook', post(body, github(body)));

    expect(await response.json()).to.deep.equal({
      subject: 'github',
      scheme: 'github',
      scopes: [],
      claims: {},
    });
    expect(decodeEnvelope(deliveries[0]?.body ?? Buffer.alloc(0)).data.toString()).to.equal(body);
  });

  it('is answered 401 when the signature is a byte off, of another body, missing or malformed', async () => {
    const { call, deliveries, log } = await startReceiver();
    const right = signatureOf(body);
    const digit = right.endsWith('0') ? '1' : '0';
    const answer = async (text: string, headers: Record<string, string>): Promise<string> => {
      const response = await call('/hook', post(text, headers));
      const { code, detail } = await problemOf(response);
      expect(response.headers.get('www-authenticate')).to.contain(
        'HMAC realm="github", header="x-hub-signature-256"',
      );
      return `${response.status} ${code} ${detail}`;
    };
    const invalid = '401 UNAUTHENTICATED the credentials are invalid';

    expect(await answer(body, { 'x-hub-signature-256': right.slice(0, -1) + digit })).to.equal(invalid);
    expect(await answer(body.replace('1.0', '1'), github(body))).to.equal(invalid);
    expect(await answer(body, { 'x-hub-signature-256': 'x'.repeat(8192) })).to.equal(invalid);
    expect(await answer(body, { 'x-hub-signature-256': right.replace('sha256', 'sha1') })).to.equal(invalid);
    expect(await answer(body, {})).to.equal('401 UNAUTHENTICATED this needs credentials');
    expect(deliveries).to.have.length(0);
    expect(JSON.stringify(log.lines)).not.to.contain(secret);
  });

  it('may be authenticated by another scheme of the endpoint instead', async () => {
    const { call } = await startReceiver();

    const byKey = await call('/hook', post(body, { 'x-api-key': apiKey }));
    const byBoth = await call('/hook', post(body, { 'x-api-key': apiKey, ...github('another') }));
    const bySignature = await call('/hook', post(body, { 'x-api-key': 'wrong', ...github(body) }));

    expect(await byKey.json()).to.include({ subject: 'bob' });
    expect(await byBoth.json()).to.include({ subject: 'bob' });
    expect(await bySignature.json()).to.include({ subject: 'github' });
  });

  it('is bounded, read once, and then refused like any other body', async () => {
    const { call } = await startReceiver();
    const long = `"${'x'.repeat(1024)}"`;
    const codeOf = async (text: string | Buffer<ArrayBuffer>, headers = github(text)): Promise<string> => {
      const { status, code } = await problemOf(await call('/hook', post(text, headers)));
      return `${status} ${code}`;
    };

    expect(await codeOf(long)).to.equal('413 BODY_TOO_LARGE');
    expect(await codeOf('{"a":')).to.equal('400 INVALID_JSON');
    expect(await codeOf(Buffer.from([0x22, 0xff, 0x22]))).to.equal('400 INVALID_JSON');
    expect(await codeOf('{}', { ...github('{}'), 'content-type': 'text/plain' })).to.equal(
      '415 UNSUPPORTED_MEDIA_TYPE',
    );
  });

  it('in two forms at once is read once', async () => {
    const { call } = await startReceiver();

    const response = await call('/hook', post(body, { ...github(body), ...standard(body, 'msg_1') }));

    expect(response.status).to.equal(200);
  });
});

describe('a signed body that does not arrive', () => {
  const head = (headers: Record<string, string>): string =>
    [
      'POST /hook HTTP/1.1',
      'host: x',
      'content-type: application/json',
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      '\r\n',
    ].join('\r\n');

  it('is answered 408, at the latest when the time of the endpoint is over', async () => {
    const soon = await startReceiver({ bodyTimeoutMs: 200 });
    const late = await startReceiver();
    const text = head({ ...github(body), 'content-length': '100' });

    expect(codeIn(await sendRaw(soon.port, `${text}{`))).to.equal('REQUEST_TIMEOUT');
    expect(codeIn(await sendRaw(late.port, `${text}{`))).to.equal('REQUEST_TIMEOUT');
    expect(await late.held()).to.equal(0);
  });

  it('counts as held, and is released when the caller leaves', async () => {
    const { port, held } = await startReceiver();
    const { socket } = openRaw(port);

    socket.write(`${head({ ...github(body), 'content-length': '1000' })}{`);
    await until(async () => (await held()) === 2000);
    socket.destroy();

    await until(async () => (await held()) === 0);
  });

  it('is answered 503 when there is no room for it', async () => {
    const { port } = await startReceiver({ maxHeldBytes: 1000 });

    const answer = await sendRaw(
      port,
      `${head({ ...github(body), 'content-length': '900', connection: 'close' })}{`,
    );

    expect(codeIn(answer)).to.equal('OVERLOADED');
  });

  it('is not waited for when the headers are wrong, or another scheme decides', async () => {
    const { port, held } = await startReceiver();
    const wrong = { 'x-hub-signature-256': 'sha256=wrong', 'content-length': '100', connection: 'close' };
    const key = { 'x-api-key': 'wrong', 'content-length': '100', connection: 'close' };

    const answers = await Promise.all([wrong, key].map((headers) => sendRaw(port, head(headers))));

    expect(answers.map(codeIn)).to.deep.equal(['UNAUTHENTICATED', 'UNAUTHENTICATED']);
    expect(await held()).to.equal(0);
  });
});

describe('a delivery that is sent again', () => {
  it('is the same message, whatever its Idempotency-Key', async () => {
    const { call, deliveries } = await startReceiver();
    const again = { 'idempotency-key': '0190c8f2-6d1c-7a3e-8f4b-0c9f1d2e3a4b' };

    await call('/hook', post(body, standard(body, 'msg_1')));
    await call('/hook', post(body, { ...standard(body, 'msg_1'), ...again }));
    await call('/hook', post(body, standard(body, 'msg_2')));
    await call('/hook', post(body, { ...github(body), 'x-github-delivery': 'msg_1' }));

    const [first, second, third, other] = deliveries.map(({ messageId }) => messageId);
    expect(first).to.equal(second);
    expect(new Set([first, third, other])).to.have.length(3);
  });

  it('is its own key where the endpoint has `idempotency`', async () => {
    const { bus, call } = await startReceiver();
    const deliveries = await work(bus, '/once:POST', () => reply('{}'));

    await call('/once', post(body, standard(body, 'msg_1')));

    expect(deliveries[0]?.headers['idempotency-key']).to.equal('msg_1');
  });
});
