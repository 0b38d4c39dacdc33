import { createServer, request as httpRequest } from 'node:http';
import { text } from 'node:stream/consumers';
import { type Bus, openMemoryBus } from '@restmapper/bus';
import { createMessageId, RequestError, silentLog } from '@restmapper/core';
import { type Model, parseEndpoints, topologyOf } from '@restmapper/endpoints';
import { expect } from 'chai';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { closeServer, listen } from '../../src/http/http-server.ts';
import { createDeadLetterApi, deadLetterApiPath } from '../../src/dead-letters/dead-letter-api.ts';
import { createDividedModel } from '../divided-model.ts';
import { createHostRule } from '../../src/http/hosts.ts';
import type { SystemGuard } from '../../src/system/system-guard.ts';

const whole = parseEndpoints('endpoints:\n  POST /a: { fanout: true, body: true }\n', {
  file: 'endpoints.yaml',
  directory: '/',
});
const queue = '/a:POST';

interface Answer {
  readonly status: number;
  readonly json: Record<string, unknown>;
}

interface Call {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: unknown;
}

interface Desk {
  readonly bus: Bus;
  readonly ids: readonly string[];
  readonly port: number;
  readonly call: (call?: Call) => Promise<Answer>;
}

interface DeskOptions {
  readonly isOpen?: boolean;
  readonly guard?: SystemGuard;
  readonly model?: Model;
  /** Makes dead letters, and returns their ids. @default three, whose reasons are 1, 2 and 3 */
  readonly kill?: (bus: Bus) => Promise<readonly string[]>;
}

const everyone: SystemGuard = async () => undefined;

/** The API over some dead letters. */
async function openDesk(options: DeskOptions = {}): Promise<Desk> {
  const { isOpen = true, guard = everyone, model = whole, kill = killThree } = options;
  const bus = use(openMemoryBus({ topology: topologyOf(model) }), (bus) => bus.close());
  const ids = await kill(bus);
  const isAllowedHost = createHostRule({ host: '127.0.0.1', allowedHosts: [] });
  const desk = createDeadLetterApi({ bus, model, log: silentLog, guard, isOpen, isAllowedHost });
  const server = use(createServer(desk), (server) => closeServer(server, 100));
  const port = await listen(server, { host: '127.0.0.1', port: 0 });
  return { bus, ids, port, call: (call = {}) => ask(port, call) };
}

async function killThree(bus: Bus): Promise<readonly string[]> {
  const worker = bus.consume(queue, async (batch) =>
    batch.map(({ body }) => ({ kind: 'reject' as const, reason: String(body) })),
  );
  const ids: string[] = [];
  for (const text of ['1', '2', '3']) {
    const messageId = createMessageId();
    ids.push(messageId);
    const message = { messageId, body: Buffer.from(text), type: 'POST /a', timestampMs: 0, headers: {} };
    await bus.publish(queue, message, { deadlineEpochMs: Date.now() + 1000 });
  }
  await until(async () => (await bus.browseDeadLetters(queue, () => 'keep')).seen === 3);
  await worker.close();
  return ids;
}

/** Publishes to the parts of a queue, whose worker rejects all; the last message has no part. */
async function killInParts(bus: Bus): Promise<readonly string[]> {
  const sent = [
    ['us', '0'],
    ['eu', '2'],
    ['us', '0'],
    ['asia', '1'],
  ] as const;
  const ids: string[] = [];
  for (const [routingKey, partition] of sent) {
    const messageId = createMessageId();
    ids.push(messageId);
    const headers = { 'partition:check': partition };
    const message = { messageId, body: Buffer.from('{}'), type: 'POST /check', headers };
    const timestampMs = ids.length;
    const options = { routingKey, deadlineEpochMs: Date.now() + 1000 };
    await bus.publish('/check:POST', { ...message, timestampMs }, options);
  }
  for (const [part, dead] of [
    ['check@us#0', 2],
    ['check@eu#2', 1],
  ] as const) {
    const worker = bus.consume(part, async (batch) => batch.map(() => ({ kind: 'reject', reason: 'no' })));
    await until(async () => (await bus.browseDeadLetters(part, () => 'keep')).seen === dead);
    await worker.close();
  }
  return ids;
}

/** Uses the plain client, which allows any `Host` and `Origin`. */
async function ask(port: number, { method = 'GET', path = '', headers = {}, body }: Call): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const type = body === undefined ? {} : { 'content-type': 'application/json' };
    const options = {
      port,
      method,
      path: `${deadLetterApiPath}${path}`,
      headers: { ...type, ...headers },
      agent: false,
    };
    const request = httpRequest(options, (response) => {
      text(response).then(
        (json) => resolve({ status: response.statusCode ?? 0, json: JSON.parse(json) }),
        reject,
      );
    });
    request.on('error', reject);
    request.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

describe('the dead letter API', () => {
  it('lists the queues, and shows the messages', async () => {
    const { call, ids } = await openDesk();

    const list = await call();
    const shown = await call({ path: `?queue=${encodeURIComponent(`${queue}.dead`)}&limit=2` });

    expect(list.json).to.deep.equal({
      queues: [
        {
          queue,
          letters: 3,
          examined: 3,
          reasons: ['1', '2', '3'].map((reason) => ({ reason, letters: 1 })),
        },
      ],
    });
    const letters = shown.json['letters'] as readonly Record<string, unknown>[];
    expect(letters.map(({ messageId }) => messageId)).to.deep.equal(ids.slice(0, 2));
    expect(letters[0]).to.include({ queue, endpoint: 'POST /a', reason: '1', attempts: 1, body: '1' });
  });

  it('shows one message with its whole body, and none for an unknown id', async () => {
    const { bus, call } = await openDesk();
    const long = JSON.stringify({ data: 'x'.repeat(10_000) });
    const worker = bus.consume(queue, async (batch) => batch.map(() => ({ kind: 'reject', reason: 'long' })));
    const messageId = createMessageId();
    const message = { messageId, body: Buffer.from(long), type: 'POST /a', timestampMs: 0, headers: {} };
    await bus.publish(queue, message, { deadlineEpochMs: Date.now() + 1000 });
    await until(async () => (await bus.browseDeadLetters(queue, () => 'keep')).seen === 4);
    await worker.close();
    const bodiesOf = async (query: string) => {
      const { json } = await call({ path: `?queue=${encodeURIComponent(queue)}&${query}` });
      return (json['letters'] as readonly { readonly body: string }[]).map(({ body }) => body);
    };

    const [listed, whole, none] = [
      await bodiesOf('limit=4'),
      await bodiesOf(`id=${messageId}`),
      await bodiesOf(`id=${createMessageId()}`),
    ];

    expect(listed.at(-1)).to.equal(long.slice(0, 4096));
    expect(whole).to.deep.equal([long]);
    expect(none).to.deep.equal([]);
  });

  it('selects the named messages and no others, of one id only as many as the limit says', async () => {
    const { call, ids, bus } = await openDesk();

    const purged = await call({
      method: 'POST',
      path: 'purge',
      body: { queue, ids: ids.slice(0, 2), limit: 2 },
    });
    const none = await call({ method: 'POST', path: 'purge', body: { queue, ids: [] } });

    expect([purged.json, none.json]).to.deep.equal([{ purged: 2 }, { purged: 0 }]);
    expect((await bus.browseDeadLetters(queue, () => 'keep')).seen).to.equal(1);
  });

  it('replays and deletes the named messages', async () => {
    const { call, ids, bus } = await openDesk();

    const replayed = await call({ method: 'POST', path: 'replay', body: { queue, ids: [ids[1]] } });
    const purged = await call({ method: 'POST', path: 'purge', body: { queue, reason: '3' } });

    const back = new Promise((resolve) => {
      bus.consume(queue, async ([delivery]) => {
        resolve(delivery?.messageId);
        return [{ kind: 'ack' }];
      });
    });
    expect(await back).to.equal(ids[1]);
    expect(replayed).to.deep.equal({ status: 200, json: { replayed: 1 } });
    expect(purged).to.deep.equal({ status: 200, json: { purged: 1 } });
    expect((await bus.browseDeadLetters(queue, () => 'keep')).seen).to.equal(1);
  });

  it('shows and processes the dead letters of all parts of a queue', async () => {
    const { call, ids } = await openDesk({ model: createDividedModel(), kill: killInParts });
    const idsOf = async (query: string) => {
      const { json } = await call({ path: `?${query}` });
      return (json['letters'] as readonly { readonly messageId: string }[]).map(({ messageId }) => messageId);
    };

    const { json } = await call();
    const shown = [await idsOf('queue=check'), await idsOf('queue=check&limit=2')];
    const one = await idsOf(`queue=checker&id=${ids[1]}`);
    const purged = await call({ method: 'POST', path: 'purge', body: { queue: 'check', ids, limit: 2 } });
    const replayed = await call({ method: 'POST', path: 'replay', body: { queue: 'POST /check' } });

    const queues = json['queues'] as readonly Record<string, unknown>[];
    expect(queues.map(({ queue, partOf, letters }) => [queue, partOf, letters])).to.have.deep.members([
      ['/check:POST@.dead', undefined, 1],
      ['check@eu#2', 'check', 1],
      ['check@us#0', 'check', 2],
    ]);
    // The oldest first, whichever queue they are in.
    expect(shown).to.deep.equal([ids.slice(0, 3), ids.slice(0, 2)]);
    expect(one).to.deep.equal([ids[1]]);
    expect([purged.json, replayed.json]).to.deep.equal([{ purged: 2 }, { replayed: 2 }]);
    // No queue takes it after all.
    expect(await idsOf('queue=/check:POST@.dead')).to.deep.equal([ids[3]]);
  });

  it('asks the caller to come back when its identity cannot be verified', async () => {
    const { port } = await openDesk({
      guard: async () => {
        throw new RequestError(503, 'AUTH_UNAVAILABLE', { detail: 'the auth service is away' });
      },
    });

    const response = await fetch(`http://127.0.0.1:${port}${deadLetterApiPath}`);

    expect([response.status, response.headers.get('retry-after')]).to.deep.equal([503, '1']);
  });

  for (const [whom, headers] of [
    ['a page of another host', { origin: 'https://evil.example' }],
    ['a page in a sandbox', { origin: 'null' }],
    ['a page of another port', { origin: 'http://127.0.0.1:1' }],
    ['a page of another site, as the browser says', { 'sec-fetch-site': 'cross-site' }],
    ['a host name that was made to resolve here', { host: 'evil.example', origin: 'http://evil.example' }],
  ] as const) {
    it(`refuses ${whom}`, async () => {
      const { call, bus } = await openDesk();

      const answers = [
        await call({ headers }),
        await call({ method: 'POST', path: 'purge', headers, body: { queue } }),
      ];

      expect(answers.map(({ status, json }) => [status, json['code']])).to.deep.equal([
        [403, 'FORBIDDEN_ORIGIN'],
        [403, 'FORBIDDEN_ORIGIN'],
      ]);
      expect((await bus.browseDeadLetters(queue, () => 'keep')).seen).to.equal(3);
    });
  }

  it('serves the page of its own host', async () => {
    const { call, port } = await openDesk();
    const headers = {
      host: `localhost:${port}`,
      origin: `http://localhost:${port}`,
      'sec-fetch-site': 'same-origin',
    };

    const { status } = await call({ method: 'POST', path: 'purge', headers, body: { queue } });

    expect(status).to.equal(200);
  });

  it('shows and does nothing where the operator does not allow it', async () => {
    const { call, bus } = await openDesk({ isOpen: false });

    const answers = [await call(), await call({ method: 'POST', path: 'purge', body: { queue } })];

    expect(answers.map(({ json }) => json['code'])).to.deep.equal([
      'DEAD_LETTERS_CLOSED',
      'DEAD_LETTERS_CLOSED',
    ]);
    expect((await bus.browseDeadLetters(queue, () => 'keep')).seen).to.equal(3);
  });

  it('shows and does nothing for callers that the guard refuses, and requires a scope for each', async () => {
    const asked: string[] = [];
    const { call, bus } = await openDesk({
      guard: async (_request, scope) => {
        asked.push(scope);
        throw new RequestError(403, 'INSUFFICIENT_SCOPE');
      },
    });
    const order = { method: 'POST', body: { queue } };

    const answers = [
      await call(),
      await call({ path: `?queue=${encodeURIComponent(queue)}` }),
      await call({ ...order, path: 'replay' }),
      await call({ ...order, path: 'purge' }),
    ];

    expect(answers.map(({ status }) => status)).to.deep.equal([403, 403, 403, 403]);
    const [read, write] = ['dead-letters:read', 'dead-letters:write'];
    expect(asked).to.deep.equal([read, read, write, write]);
    expect((await bus.browseDeadLetters(queue, () => 'keep')).seen).to.equal(3);
  });

  for (const [what, call, expected] of [
    [
      'a form',
      { headers: { 'content-type': 'text/plain' }, body: { queue } },
      [415, 'UNSUPPORTED_MEDIA_TYPE'],
    ],
    ['a misspelt filter', { body: { queue, id: ['x'] } }, [422, 'INVALID_BODY']],
    ['a list', { body: [queue] }, [422, 'INVALID_BODY']],
    ['a limit of 0', { body: { queue, limit: 0 } }, [422, 'INVALID_BODY']],
    ['a body that is too long', { body: { queue, reason: 'x'.repeat(70_000) } }, [413, 'BODY_TOO_LARGE']],
    ['an unknown queue', { body: { queue: '/none' } }, [404, 'NO_SUCH_QUEUE']],
    ['an unknown path', { path: 'burn', body: { queue } }, [404, 'NOT_FOUND']],
    ['a GET', { method: 'GET' }, [404, 'NOT_FOUND']],
  ] as const) {
    it(`deletes nothing for ${what}`, async () => {
      const desk = await openDesk();

      const { status, json } = await desk.call({ method: 'POST', path: 'purge', ...call });

      expect([status, json['code']]).to.deep.equal(expected);
      expect((await desk.bus.browseDeadLetters(queue, () => 'keep')).seen).to.equal(3);
    });
  }
});
