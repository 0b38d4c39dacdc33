import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { decodeEnvelope } from '@restmapper/bus';
import { expect } from 'chai';
import { use } from '../../../test/support/use.ts';
import { problemOf, startGateway } from './support/start-gateway.ts';
import { reply, work } from './support/work.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** Serves an endpoint whose callers an auth service authenticates. */
async function startAsking(
  answer: Answer,
  { deadline = '10s', timeout = '200ms' } = {},
): Promise<(headers?: object) => Promise<Response>> {
  const service = createServer(answer);
  await once(service.listen(0, '127.0.0.1'), 'listening');
  use(service, () => {
    service.closeAllConnections();
    service.close();
  });
  const { port } = service.address() as AddressInfo;
  const { bus, call } = await startGateway(`
  GET /a: { rpc: { timeout: ${deadline} } }
auth:
  schemes:
    sessions:
      forward:
        url: http://127.0.0.1:${port}/verify
        headers: [cookie, x-device]
        subject: x-user
        scopeHeader: x-scopes
        claims: { tenant: x-tenant, plan: x-plan }
        timeout: ${timeout}
`);
  await work(bus, '/a:GET', ({ body }) => reply(decodeEnvelope(body).identity ?? 'null'));
  return (headers = { cookie: 's=1' }) => call('/a', { headers: { ...headers } });
}

describe('an auth service', () => {
  it('receives the chosen headers and no other, and names the caller', async () => {
    const asked: IncomingMessage[] = [];
    const call = await startAsking((request, response) => {
      asked.push(request);
      response.writeHead(204, { 'x-user': 'ana', 'x-scopes': ' a  b ', 'x-tenant': 't1' }).end();
    });

    const response = await call({
      cookie: 's=1',
      'x-device': 'd',
      authorization: 'Bearer x',
      'x-other': 'y',
    });

    expect(await response.json()).to.deep.equal({
      subject: 'ana',
      scheme: 'sessions',
      scopes: ['a', 'b'],
      claims: { tenant: 't1' },
    });
    expect(asked.map(({ method, url }) => `${method} ${url}`)).to.deep.equal(['GET /verify']);
    expect(asked[0]?.headers).to.include({ cookie: 's=1', 'x-device': 'd' });
    expect(asked[0]?.headers).to.not.have.any.keys('authorization', 'x-other');
  });

  it('is not asked about a caller that sends none of its headers', async () => {
    let questions = 0;
    const call = await startAsking((_request, response) => {
      questions += 1;
      response.writeHead(200, { 'x-user': 'ana' }).end();
    });

    const response = await call({ authorization: 'Bearer x' });

    expect(await problemOf(response)).to.include({ status: 401, code: 'UNAUTHENTICATED' });
    expect(questions).to.equal(0);
  });

  for (const [given, passed] of [
    ['120', '120'],
    ['Wed, 21 Oct 2026 07:28:00 GMT', 'Wed, 21 Oct 2026 07:28:00 GMT'],
    [undefined, '1'],
    ['soon', '1'],
  ] as const) {
    it(`passes its retry-after on: ${given}`, async () => {
      const call = await startAsking((_request, response) =>
        response.writeHead(429, given === undefined ? {} : { 'retry-after': given }).end(),
      );

      const response = await call();

      expect(response.headers.get('retry-after')).to.equal(passed);
      expect(await problemOf(response)).to.include({ status: 429, code: 'RATE_LIMITED' });
    });
  }

  it('is asked over one connection, and over another once it has closed that one', async () => {
    const connections = new Set<unknown>();
    let questions = 0;
    const call = await startAsking((request, response) => {
      connections.add(request.socket);
      questions += 1;
      if (questions === 3) request.socket.destroy();
      else response.writeHead(200, { 'x-user': 'ana' }).end('x'.repeat(questions === 5 ? 1_000_000 : 1_000));
    });

    for (let calls = 0; calls < 6; calls += 1) expect((await call()).status).to.equal(200);

    expect([questions, connections.size]).to.deep.equal([7, 3]);
  });

  it('is not waited for beyond the deadline of the call', async () => {
    const call = await startAsking(() => {}, { deadline: '100ms', timeout: '30s' });

    expect(await problemOf(await call())).to.include({ status: 503, code: 'AUTH_UNAVAILABLE' });
  });

  const outcomes: Readonly<Record<string, readonly [Answer, status: number, code: string]>> = {
    'answers 401': [(_request, response) => response.writeHead(401).end(), 401, 'UNAUTHENTICATED'],
    'answers 403': [(_request, response) => response.writeHead(403).end(), 403, 'FORBIDDEN'],
    'answers 500': [(_request, response) => response.writeHead(500).end(), 503, 'AUTH_UNAVAILABLE'],
    'redirects the caller': [
      (_request, response) => response.writeHead(302, { location: '/login' }).end(),
      503,
      'AUTH_UNAVAILABLE',
    ],
    'names two': [
      (_request, response) =>
        response
          .writeHead(
            200,
            [
              ['x-user', 'ana'],
              ['x-user', 'bob'],
            ].flat(),
          )
          .end(),
      503,
      'AUTH_UNAVAILABLE',
    ],
    'names a caller twice': [
      (_request, response) => response.writeHead(200, { 'X-User': ['ana', 'ana'] }).end(),
      503,
      'AUTH_UNAVAILABLE',
    ],
    'sends scopes twice': [
      (_request, response) => response.writeHead(200, { 'x-user': 'ana', 'x-scopes': ['a', 'b'] }).end(),
      503,
      'AUTH_UNAVAILABLE',
    ],
    'sends a claim twice': [
      (_request, response) => response.writeHead(200, { 'x-user': 'ana', 'x-plan': ['free', 'paid'] }).end(),
      503,
      'AUTH_UNAVAILABLE',
    ],
    'answers 429': [(_request, response) => response.writeHead(429).end(), 429, 'RATE_LIMITED'],
    'names no caller': [(_request, response) => response.writeHead(200).end('{}'), 503, 'AUTH_UNAVAILABLE'],
    'hangs up': [(request) => request.socket.destroy(), 503, 'AUTH_UNAVAILABLE'],
    'does not answer in time': [() => {}, 503, 'AUTH_UNAVAILABLE'],
  };
  for (const [title, [answer, status, code]] of Object.entries(outcomes)) {
    it(`lets no caller in when it ${title}`, async () => {
      const call = await startAsking(answer);

      expect(await problemOf(await call())).to.include({ status, code });
    });
  }
});
