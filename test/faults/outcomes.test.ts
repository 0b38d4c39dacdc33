import { fileURLToPath } from 'node:url';
import { type Channel, connect } from 'amqplib';
import { expect } from 'chai';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { post } from '../system/calls.ts';
import { type Application, openApplication } from './support/application.ts';
import { openProxyTo } from './support/proxy.ts';

const workersIndex = JSON.stringify(
  fileURLToPath(new URL('../../packages/workers/dist/index.js', import.meta.url)),
);

const worker = `
import { defineHandler, RequestError } from ${workersIndex};

export default defineHandler(async ({ params }) => {
  if (params.what === 'refuse') throw new RequestError(409, 'NO_FUNDS');
  if (params.what === 'limit') throw new RequestError(429, 'SLOW_DOWN', { headers: { 'retry-after': '7' } });
  if (params.what === 'failed') return { id: 7, state: 'failed', error: { code: 'CARD_DECLINED' } };
  if (params.what === 'fail') throw new Error('secret');
  if (params.what === 'hang') await new Promise(() => {});
  return params.what === 'mislead' ? 'no object' : { is: params.what };
});`;

/** The status and code of an answer; checks that errors are documented problems. */
async function outcomeOf(answering: Promise<Response>): Promise<string> {
  const response = await answering;
  const text = await response.text();
  if (response.status < 400) return `${response.status} ${text}`;
  const problem = JSON.parse(text) as Readonly<Record<string, unknown>>;
  expect(response.headers.get('content-type')).to.equal('application/problem+json');
  expect(problem).to.include.keys('type', 'title', 'detail').and.to.include({ status: response.status });
  expect(problem['requestId']).to.equal(response.headers.get('x-request-id'));
  expect(text).to.not.match(/secret|node_modules|\bat \//);
  if (response.status === 503) expect(response.headers.get('retry-after')).to.match(/^[123]$/);
  return `${response.status} ${String(problem['code'])}`;
}

/** An independent channel on the application's broker. */
async function openChannel({ broker }: Application): Promise<Channel> {
  const model = use(await connect(broker.url), (model) => model.close());
  return model.createChannel();
}

/** The statuses that the other program sends, by the body that it answers with. */
const foreignStatuses: Readonly<Record<string, unknown>> = {
  true: true,
  '{"error":{"code":410}}': undefined,
  '{"error":{"code":"KEPT"}}': '404',
  '[700]': 700,
};

/** Answers the requests of a queue like another program: the requested body, and the status in a header. */
async function answerFrom(channel: Channel, queue: string): Promise<void> {
  await channel.consume(
    queue,
    (request) => {
      if (!request) return;
      const { replyTo, correlationId } = request.properties as { replyTo: string; correlationId: string };
      const { params } = JSON.parse(request.content.toString()) as { params: { what: string } };
      const { what } = params;
      const status = what in foreignStatuses ? foreignStatuses[what] : 203;
      channel.publish('RPC', replyTo, Buffer.from(what), {
        correlationId,
        ...(status !== undefined && { headers: { status } }),
      });
    },
    { noAck: true },
  );
}

/** Makes the broker refuse every further message. */
async function bindFullQueue(channel: Channel, exchange: string): Promise<string> {
  const limits = { 'x-max-length': 1, 'x-overflow': 'reject-publish' };
  const { queue } = await channel.assertQueue('', { exclusive: true, arguments: limits });
  await channel.bindQueue(queue, exchange, '');
  return queue;
}

describe('every outcome of a call', function () {
  this.timeout(60_000);

  it('that depends on its caller is answered by gateways on RabbitMQ', async () => {
    const application = await openApplication({
      endpoints: (path) => `
  PUT ${path}: { fanout: true, status: 202, body: { type: object, required: [a] }, maxBody: 2KB }
  DELETE ${path}: { fanout: true }
  GET ${path}{id}: { rpc: true, params: { properties: { id: { type: integer } } } }`,
    });
    const url = application.urlAt(await application.open('serve'));
    const put = (body: string | Uint8Array<ArrayBuffer>, type = 'application/json') =>
      fetch(url, { method: 'PUT', headers: { 'content-type': type }, body });

    expect(await outcomeOf(post(url, { a: 1 }))).to.equal('200 {}');
    expect(await outcomeOf(put('{"a":1}'))).to.equal('202 {}');
    expect(await outcomeOf(put('{"a":'))).to.equal('400 INVALID_JSON');
    expect(await outcomeOf(put(new Uint8Array([0x22, 0xff, 0x22])))).to.equal('400 INVALID_JSON');
    expect(await outcomeOf(put('['.repeat(201) + ']'.repeat(201)))).to.equal('400 INVALID_JSON');
    expect(await outcomeOf(put('{}'))).to.equal('422 INVALID_BODY');
    expect(await outcomeOf(fetch(url, { method: 'DELETE', body: '{}' }))).to.equal('422 INVALID_BODY');
    expect(await outcomeOf(fetch(`${url}?a=1`, { method: 'DELETE' }))).to.equal('422 INVALID_QUERY');
    expect(await outcomeOf(fetch(`${url}seven`))).to.equal('422 INVALID_PARAMS');
    expect(await outcomeOf(fetch(`${url}7/8`))).to.equal('404 NOT_FOUND');
    const wrongMethod = await fetch(url, { method: 'PATCH' });
    expect(wrongMethod.headers.get('allow')).to.match(/DELETE.*POST.*PUT/);
    expect(await outcomeOf(Promise.resolve(wrongMethod))).to.equal('405 METHOD_NOT_ALLOWED');
    expect(await outcomeOf(put(JSON.stringify('x'.repeat(2_048))))).to.equal('413 BODY_TOO_LARGE');
    expect(await outcomeOf(put('{"a":1}', 'text/plain'))).to.equal('415 UNSUPPORTED_MEDIA_TYPE');
  });

  it('that depends on a worker, or its absence, is answered by gateways on RabbitMQ', async () => {
    const application = await openApplication({
      endpoints: (path) => `
  GET ${path}ask/{what}: { rpc: { timeout: 3s }, reply: { type: object } }
  GET ${path}long/{what}: { rpc: { timeout: 1m } }
  GET ${path}foreign/{what}: { rpc: { timeout: 3s } }
  GET ${path}unserved: { rpc: { timeout: 10m } }`,
      workers: (key) => {
        const get = key.replace('POST', 'GET');
        return ['ask', 'long']
          .map((name) => `  ${name}: { on: "${get}${name}/{what}", use: ./worker.js }`)
          .join('\n');
      },
      files: { 'worker.js': worker, 'package.json': '{"type":"module"}' },
    });
    const { name, exchange } = application;
    const [gateway] = await Promise.all([application.open('serve'), application.open('work')]);
    const channel = await openChannel(application);
    await answerFrom(channel, `/${name}/foreign/{what}:GET`);
    const url = application.urlAt(gateway);
    const get = (path: string) => outcomeOf(fetch(`${url}${path}`));

    expect(await get('ask/value')).to.equal('200 {"is":"value"}');
    expect(await get('foreign/1.0')).to.equal('203 1.0');
    expect(await get('foreign/oops')).to.equal('502 BAD_REPLY');
    expect(await get('foreign/true')).to.equal('502 BAD_REPLY');
    expect(await get('foreign/[700]')).to.equal('502 BAD_REPLY');
    expect(await get(`foreign/${encodeURIComponent('{"error":{"code":410}}')}`)).to.equal('410 WORKER_ERROR');
    const kept = await fetch(`${url}foreign/${encodeURIComponent('{"error":{"code":"KEPT"}}')}`);
    expect([kept.status, await kept.text()]).to.deep.equal([404, '{"error":{"code":"KEPT"}}']);
    expect(await get('ask/failed')).to.equal(
      '200 {"id":7,"state":"failed","error":{"code":"CARD_DECLINED"}}',
    );
    const limited = await fetch(`${url}ask/limit`);
    expect(limited.headers.get('retry-after')).to.equal('7');
    expect(await outcomeOf(Promise.resolve(limited))).to.equal('429 SLOW_DOWN');
    expect(await get('ask/mislead')).to.equal('502 BAD_REPLY');
    expect(await get('ask/refuse')).to.equal('409 NO_FUNDS');
    expect(await get('ask/fail')).to.equal('500 WORKER_ERROR');
    expect(await get('unserved')).to.equal('503 NO_WORKER');
    await channel.unbindQueue(exchange, exchange, '');
    expect(await outcomeOf(post(url, {}))).to.equal('503 UNROUTABLE');
    expect(await get('ask/hang')).to.equal('504 RPC_TIMEOUT');
    const leaving = new AbortController();
    const hang = () => outcomeOf(fetch(`${url}long/hang`, { signal: leaving.signal }));
    const first = await Promise.race(Array.from({ length: 1_100 }, hang));
    leaving.abort();
    expect(first).to.equal('503 OVERLOADED');
  });

  it('that depends on the broker, or its absence, is answered by gateways', async () => {
    const application = await openApplication({
      endpoints: (path) => `  PUT ${path}: { fanout: { timeout: 500ms } }\n  PATCH ${path}: { fanout: true }`,
    });
    const { broker, exchange } = application;
    const turned = exchange.replace(/POST$/, 'PATCH');
    await (await openChannel(application)).assertExchange(turned, 'direct');
    const proxy = await openProxyTo(broker);
    const gateway = await application.open('serve', { amqpUrl: proxy.url });
    const url = application.urlAt(gateway);
    const channel = await openChannel(application);
    const untilAnswered = (outcome: string) =>
      until(async () => (await outcomeOf(post(url, {}))) === outcome, { everyMs: 50 });

    expect(await outcomeOf(fetch(url, { method: 'PATCH' }))).to.equal('503 NOT_DECLARED');

    const full = await bindFullQueue(channel, exchange);
    await untilAnswered('503 BROKER_REFUSED');
    await channel.deleteQueue(full);

    const setWatermark = (share: string) => broker.rabbitmqctl('set_vm_memory_high_watermark', share);
    use(broker, () => setWatermark('0.4'));
    await setWatermark('0.0000001');
    await untilAnswered('503 BROKER_BLOCKED');
    await setWatermark('0.4');
    await untilAnswered('200 {}');

    proxy.blackHole(['down']);
    expect(await outcomeOf(fetch(url, { method: 'PUT' }))).to.equal('504 PUBLISH_TIMEOUT');
    proxy.refuse();
    proxy.reset();
    await untilAnswered('503 BROKER_UNAVAILABLE');
  });
});
