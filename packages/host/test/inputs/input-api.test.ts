import { createServer } from 'node:http';
import { type Bus, openMemoryBus } from '@restmapper/bus';
import { RequestError, silentLog } from '@restmapper/core';
import { memoryTopologyOf, parseEndpoints } from '@restmapper/endpoints';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { closeServer, listen } from '../../src/http/http-server.ts';
import { createHostRule } from '../../src/http/hosts.ts';
import { createInputApi, inputApiPath } from '../../src/inputs/input-api.ts';
import type { SystemGuard } from '../../src/system/system-guard.ts';

const model = parseEndpoints(
  `inputs:
  usage: { from: [{ exchange: metering, bind: 'usage.#' }] }
  old: { queue: legacy }
workers:
  usage: { on: usage, use: ./usage.ts }
  old: { on: old, use: ./old.ts }
`,
  { file: 'endpoints.yaml', directory: '/' },
);

const everyone: SystemGuard = async () => undefined;

async function openApi(options: { readonly guard?: SystemGuard; readonly system?: Bus['system'] } = {}) {
  const { guard = everyone, system = 'memory' } = options;
  const bus = use(openMemoryBus({ topology: memoryTopologyOf(model) }), (bus) => bus.close());
  const bodies: string[] = [];
  for (const queues of [['input:usage'], ['input:old', 'legacy']]) {
    const consumer = bus.consume(queues, async (batch) => {
      bodies.push(
        ...batch.map(
          ({ body, headers, messageId }) => `${String(body)} ${JSON.stringify(headers)} ${messageId}`,
        ),
      );
      return batch.map(() => ({ kind: 'ack' }));
    });
    use(consumer, (consumer) => consumer.close());
  }
  const isAllowedHost = createHostRule({ host: '127.0.0.1', allowedHosts: [] });
  const shown = { system, publish: bus.publish.bind(bus) };
  const api = createInputApi({ bus: shown, model, log: silentLog, guard, isAllowedHost });
  const server = use(createServer(api), (server) => closeServer(server, 100));
  const port = await listen(server, { host: '127.0.0.1', port: 0 });
  const post = async (path: string, body = '1', headers: Record<string, string> = {}) => {
    const response = await fetch(`http://127.0.0.1:${port}${inputApiPath}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/octet-stream', ...headers },
      body,
    });
    return { status: response.status, json: (await response.json()) as Record<string, unknown> };
  };
  return { bodies, post };
}

describe('the API of inputs', () => {
  it('publishes a body as it is, with key, headers and id', async () => {
    const { bodies, post } = await openApi();

    const sent = await post(
      'usage?key=usage.a&header=n%3D1&id=0192f3a1-0000-7000-8000-000000000000',
      '{"a":1.0}',
    );
    const queued = await post('old', 'no JSON');

    expect(sent).to.deep.equal({
      status: 200,
      json: { id: '0192f3a1-0000-7000-8000-000000000000', to: 'the exchange metering with the key usage.a' },
    });
    expect(queued.json).to.include({ to: 'the queue legacy' });
    await until(() => bodies.length === 2);
    expect(bodies[0]).to.equal('{"a":1.0} {"n":1} 0192f3a1-0000-7000-8000-000000000000');
    expect(bodies[1]).to.match(/^no JSON \{\} /);
  });

  it('refuses what no queue takes, and what it cannot send', async () => {
    const { post } = await openApi();

    const answers = [
      await post('usage?key=other'),
      await post('usage'),
      await post('usge?key=usage.a'),
      await post('%E0%A4%A'),
      await post('usage?key=usage.a&header=x-death%3D1'),
      await post('usage?key=usage.a&header=bad'),
      await post('usage?key=usage.a', '1', { 'content-type': 'text/plain' }),
      await post('usage?key=usage.a', '1', { origin: 'http://evil.example' }),
      await post('usage?key=usage.a', 'x'.repeat(16 * 1024 * 1024 + 1)),
    ];

    expect(answers.map(({ status, json }) => `${status} ${String(json['code'])}`)).to.deep.equal([
      '503 UNROUTABLE',
      '422 INVALID_QUERY',
      '404 NOT_FOUND',
      '422 INVALID_QUERY',
      '422 INVALID_QUERY',
      '422 INVALID_QUERY',
      '415 UNSUPPORTED_MEDIA_TYPE',
      '403 FORBIDDEN_ORIGIN',
      '413 BODY_TOO_LARGE',
    ]);
  });

  it('asks the guard for the scope, and is there only on a bus in memory', async () => {
    const scopes: string[] = [];
    const guard: SystemGuard = async (_request, scope) => {
      scopes.push(scope);
      throw new RequestError(403, 'INSUFFICIENT_SCOPE', { detail: 'no' });
    };

    const refused = await (await openApi({ guard })).post('usage?key=usage.a');
    const elsewhere = await (await openApi({ system: 'rabbitmq' })).post('usage?key=usage.a');

    expect(refused.status).to.equal(403);
    expect(scopes).to.deep.equal(['inputs:write']);
    expect(elsewhere.json).to.include({ code: 'NOT_FOUND' });
  });
});
