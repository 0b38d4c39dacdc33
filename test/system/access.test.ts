import { randomBytes } from 'node:crypto';
import { sha256 } from '@restmapper/auth';
import { connectLive } from '@restmapper/client';
import { expect } from 'chai';
import { WebSocket } from 'ws';
import { openEventSource } from '../support/event-source.ts';
import { audience, createTokenSigner, issuer, secondsFromNow } from '../support/token-signer.ts';
import { until } from '../support/until.ts';
import { use } from '../support/use.ts';
import { shareSystem } from './shared-system.ts';

const signer = createTokenSigner();
const robotKey = randomBytes(32).toString('base64url');

const file = `
endpoints:
  POST /visits/: { fanout: true, body: true, public: true, feed: visits }
  POST /orders/: { fanout: true, body: true, scopes: [orders:write], feed: orders }
  GET /orders/: { rpc: true }
  POST /audits/: { fanout: true, body: true, feed: audit }

workers:
  orders_post: { on: POST /orders/, use: append, table: orders }
  orders_get: { on: GET /orders/, use: page, table: orders }

feeds:
  visits: { public: true }
  orders: { where: { customer: subject } }
  audit: { scopes: [audit:read] }

auth:
  schemes:
    users:
      jwt: { issuer: "${issuer}", audience: ${audience}, algorithms: [ES256], key: ${JSON.stringify(signer.publicKey)} }
    machines:
      apiKey: { clients: { robot: { keys: [${sha256(robotKey).toString('hex')}], scopes: [orders:write] } } }
`;

const noScope = '403 INSUFFICIENT_SCOPE';
const notKnown = '401 UNAUTHENTICATED';

/** Tokens and keys, by the caller that presents them. */
const tokens = {
  ana: () => signer.sign(),
  'ana with the scope': () => signer.sign({ scope: 'orders:write audit:read system:read' }),
  'the operator': () => signer.sign({ sub: 'op', scope: 'dead-letters:read dead-letters:write' }),
  'ana of yesterday': () => signer.sign({ exp: secondsFromNow(-86_400) }),
  'ana by a key of her own': () => createTokenSigner().sign({ scope: 'orders:write audit:read' }),
};
const keys = { 'the robot': robotKey, 'a robot that guesses': randomBytes(32).toString('base64url') };

type Who = 'anonymous' | keyof typeof tokens | keyof typeof keys;

async function headersOf(who: Who): Promise<Record<string, string>> {
  if (who === 'anonymous') return {};
  if (who in keys) return { 'x-api-key': keys[who as keyof typeof keys] };
  return { authorization: `Bearer ${await tokens[who as keyof typeof tokens]()}` };
}

describe('a system whose file restricts access', () => {
  const system = shareSystem(file);

  /** Calls `GET /live/v1/orders` and the like; returns the status, with the code of a problem. */
  async function call(who: Who, request: string, body?: object): Promise<string> {
    const [method = '', path = ''] = request.split(' ');
    const headers = { 'content-type': 'application/json', ...(await headersOf(who)) };
    const sent = body === undefined ? null : JSON.stringify(body);
    const response = await fetch(`${system().url}${path}`, { method, headers, body: sent });
    const text = await response.text();
    if (response.ok) return String(response.status);
    return `${response.status} ${(JSON.parse(text) as { readonly code: string }).code}`;
  }

  /** Subscribes as pages do; returns the messages and the answer. */
  async function watch(who: 'anonymous' | keyof typeof tokens, feed: string): Promise<Watcher> {
    const token = who === 'anonymous' ? undefined : await tokens[who]();
    const messages: unknown[] = [];
    const answer = new Promise<string | number>((resolve) => {
      const live = connectLive(`${system().url}/ws/v1/`, {
        WebSocket,
        ...(token !== undefined && { token }),
        onState: (state) => state.kind === 'stopped' && resolve(state.code),
      });
      use(live, (live) => live.close());
      live.subscribe(feed, {
        onReady: () => resolve('ready'),
        onMessage: ({ data }) => messages.push(data),
        onError: ({ code }) => resolve(code),
      });
    });
    return { messages, answer: await answer };
  }

  it('prints at its start which endpoints are public, and how the others are protected', () => {
    expect(system().stderr()).to.contain(
      'access    protected by users (jwt), machines (apiKey); public: POST /visits/, feed visits\n',
    );
  });

  it('lets callers do only what they may', async () => {
    const calls: readonly (readonly [who: Who, request: string, answer: string])[] = [
      ['anonymous', 'POST /api/v1/visits/', '200'],
      ['ana by a key of her own', 'POST /api/v1/visits/', '200'],
      ['anonymous', 'POST /api/v1/orders/', notKnown],
      ['ana', 'POST /api/v1/orders/', noScope],
      ['ana with the scope', 'POST /api/v1/orders/', '200'],
      ['ana of yesterday', 'POST /api/v1/orders/', notKnown],
      ['ana by a key of her own', 'POST /api/v1/orders/', notKnown],
      ['the robot', 'POST /api/v1/orders/', '200'],
      ['a robot that guesses', 'POST /api/v1/orders/', notKnown],
      ['anonymous', 'GET /api/v1/orders/', notKnown],
      ['anonymous', `GET /api/v1/orders/?x-api-key=${robotKey}`, notKnown],
      ['ana', 'GET /api/v1/orders/', '200'],
    ];

    for (const [who, request, answer] of calls) {
      const body = request.startsWith('POST') ? { customer: 'bob' } : undefined;
      expect(await call(who, request, body), `${who}: ${request}`).to.equal(answer);
    }
  });

  it('shows watchers, by WebSocket, events and history, only their own messages', async () => {
    const headers = await headersOf('ana');
    const [socket, events] = await Promise.all([
      watch('ana', 'orders'),
      openEventSource(`${system().url}/sse/v1/orders`, { headers }),
    ]);
    await until(() => events.events.some(({ event }) => event === 'ok'));

    for (const customer of ['bob', 'ana']) {
      await call('the robot', 'POST /api/v1/orders/', { customer });
    }
    const messages = () => events.events.filter(({ event }) => event === 'message').map(({ data }) => data);
    await until(() => socket.messages.length > 0 && messages().length > 0);
    const history = await fetch(`${system().url}/live/v1/orders`, { headers });

    expect(socket.messages).to.deep.equal([{ customer: 'ana' }]);
    expect(messages()).to.deep.equal(['{"customer":"ana"}']);
    expect(await history.text())
      .to.contain('"d":{"customer":"ana"}')
      .and.not.contain('bob');
  });

  it('shows its state and its dead letters only to authorized callers', async () => {
    const desk = '/system/v1/dead-letters/';
    const order = { queue: '/orders/:POST' };
    const calls = [
      ['anonymous', 'GET /system/v1/', notKnown],
      ['ana', 'GET /system/v1/', noScope],
      ['ana with the scope', 'GET /system/v1/', '200'],
      ['anonymous', `GET ${desk}`, notKnown],
      ['ana with the scope', `GET ${desk}`, noScope],
      ['the operator', `GET ${desk}`, '200'],
      ['anonymous', `POST ${desk}purge`, notKnown],
      ['ana with the scope', `POST ${desk}replay`, noScope],
      ['the operator', `POST ${desk}replay`, '200'],
    ] as const;

    for (const [who, request, answer] of calls) {
      const body = request.startsWith('POST') ? order : undefined;
      expect(await call(who, request, body), `${who}: ${request}`).to.equal(answer);
    }
  });

  it('refuses other watchers, by WebSocket, events and history', async () => {
    const watchers = [
      ['anonymous', 'visits', 'ready', '200'],
      ['anonymous', 'orders', 'UNAUTHENTICATED', notKnown],
      ['ana', 'audit', 'INSUFFICIENT_SCOPE', noScope],
      ['ana with the scope', 'audit', 'ready', '200'],
      ['ana of yesterday', 'orders', 4501, notKnown],
      ['ana by a key of her own', 'orders', 4501, notKnown],
    ] as const;

    for (const [who, feed, answer, status] of watchers) {
      expect((await watch(who, feed)).answer, `${who}: ${feed}`).to.equal(answer);
      expect(await call(who, `GET /live/v1/${feed}`), `${who}: ${feed}`).to.equal(status);
      const events = await openEventSource(`${system().url}/sse/v1/${feed}`, {
        headers: await headersOf(who),
      });
      expect(events.status, `${who}: ${feed}`).to.equal(Number(status.slice(0, 3)));
    }
  });
});

interface Watcher {
  readonly messages: readonly unknown[];
  /** `ready`, or the code with which the subscription or the connection was refused. */
  readonly answer: string | number;
}
