import { sha256 } from '@restmapper/auth';
import { expect } from 'chai';
import { problemOf, startGateway } from './support/start-gateway.ts';
import { work } from './support/work.ts';

const app = 'https://app.example';
const evil = 'https://evil.example';

const endpoints = `
  POST /a: { fanout: true, body: true, headers: { properties: { If-Match: {} } } }
  DELETE /a: { fanout: true, scopes: [x] }
auth: { schemes: { keys: { apiKey: { header: x-key, clients: { bob: { keys: [${sha256('k').toString('hex')}] } } } } } }
`;
const rules = { originRules: { allowedOrigins: [app], allowCredentials: false } };

function preflight(origin: string): RequestInit {
  return { method: 'OPTIONS', headers: { origin, 'access-control-request-method': 'POST' } };
}

describe('a page of another origin', () => {
  it('is told what it may send before it calls, where it is allowed', async () => {
    const { call } = await startGateway(endpoints, rules);

    const { status, headers } = await call('/a', preflight(app));

    expect(status).to.equal(204);
    expect(headers.get('access-control-allow-origin')).to.equal(app);
    expect(headers.get('access-control-allow-methods')).to.equal('DELETE, OPTIONS, POST');
    expect(headers.get('access-control-allow-headers')?.split(', ')).to.include.members([
      'content-type',
      'idempotency-key',
      'x-key',
      'if-match',
    ]);
    expect(headers.get('access-control-max-age')).to.equal('600');
    expect(headers.has('access-control-allow-credentials')).to.equal(false);
    expect(headers.get('vary')).to.equal('origin');
  });

  it('may read answers and problems, where it is allowed', async () => {
    const { call } = await startGateway(endpoints, {
      originRules: { allowedOrigins: [app], allowCredentials: true },
    });
    const headers = { origin: app, 'content-type': 'application/json', 'x-key': 'k' };

    const answers = [
      await call('/a', { method: 'POST', body: '{}', headers }),
      await call('/a', { method: 'DELETE', headers }),
      await call('/missing', { method: 'POST', headers }),
    ];

    expect(answers.map(({ status }) => status)).to.deep.equal([200, 403, 404]);
    for (const answer of answers) {
      expect(answer.headers.get('access-control-allow-origin')).to.equal(app);
      expect(answer.headers.get('access-control-allow-credentials')).to.equal('true');
      expect(answer.headers.get('access-control-expose-headers')).to.contain('x-request-id');
    }
  });

  it('is refused every change, where it is not allowed, before a message is published', async () => {
    const { bus, call } = await startGateway('  POST /a: { fanout: true }', rules);
    const deliveries = await work(bus, '/a:POST');

    for (const origin of [evil, 'null', `${app}.evil.example`, `${app}:8443`]) {
      const response = await call('/a', { method: 'POST', headers: { origin } });

      expect(response.headers.has('access-control-allow-origin')).to.equal(false);
      expect(await problemOf(response), origin).to.include({ status: 403, code: 'FORBIDDEN_ORIGIN' });
    }
    expect(deliveries).to.deep.equal([]);
  });

  it('gets no data, where it is not allowed', async () => {
    const { call } = await startGateway('  POST /a: { fanout: true, body: true }', rules);

    for (const response of [
      await call('/openapi.json', { headers: { origin: evil } }),
      await call('/a', preflight(evil)),
    ]) {
      for (const name of ['origin', 'methods', 'headers']) {
        expect(response.headers.has(`access-control-allow-${name}`)).to.equal(false);
      }
    }
  });
});

describe('a page of the same host', () => {
  it('calls without restrictions', async () => {
    const { call, port } = await startGateway('  POST /a: { fanout: true }');

    const response = await call('/a', { method: 'POST', headers: { origin: `http://127.0.0.1:${port}` } });

    expect(response.status).to.equal(200);
  });
});
