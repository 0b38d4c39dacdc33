import { expect } from 'chai';
import { problemOf, startGateway } from './support/start-gateway.ts';
import { reply, work } from './support/work.ts';

const endpoints = `
  GET /a/{id}: { rpc: true }
  GET /a/static: { rpc: true }
  GET /a/{id}/: { rpc: true }
  DELETE /a/{id}: { rpc: true }
  GET /x(y)+z!*/{constructor}: { rpc: true }
  GET /h: { rpc: true }
  HEAD /h: { rpc: true }`;

async function startEcho() {
  const started = await startGateway(endpoints);
  for (const path of ['/a/{id}:GET', '/a/static:GET', '/a/{id}/:GET', '/x(y)+z!*/{constructor}:GET']) {
    await work(started.bus, path, ({ type, body }) => reply(JSON.stringify([type, String(body)])));
  }
  for (const path of ['/a/{id}:DELETE', '/h:GET', '/h:HEAD']) {
    await work(started.bus, path, ({ type }) => reply('1', type.startsWith('HEAD') ? 299 : 200));
  }
  return started;
}

describe('routing', () => {
  for (const [path, key] of [
    ['/a/7', 'GET /a/{id}'],
    ['/a/static', 'GET /a/static'],
    ['/a/Static', 'GET /a/{id}'],
    ['/a/static/', 'GET /a/{id}/'],
    ['/a/__proto__', 'GET /a/{id}'],
    ['/a/x%2Fstatic', 'GET /a/{id}'],
    ['/x(y)+z!*/1', 'GET /x(y)+z!*/{constructor}'],
  ] as const) {
    it(`routes ${path} to ${key}`, async () => {
      const { call } = await startEcho();

      const response = await call(path);

      expect(response.status).to.equal(200);
      expect((await response.json()) as unknown).to.have.property('0', key);
    });
  }

  it('keeps a parameter named constructor apart from inherited properties', async () => {
    const { call } = await startEcho();

    const response = await call('/x(y)+z!*/1');

    expect((await response.json()) as unknown).to.have.property(
      '1',
      '{"data":null,"args":null,"params":{"constructor":"1"}}',
    );
  });

  for (const path of ['/', '/a', '/a/', '/A/7', '/a//', '/a/7//', '//a/7', '/xyz/1', '/a/7/b', '/*']) {
    it(`finds nothing at ${path}`, async () => {
      const { call } = await startEcho();

      const problem = await problemOf(await call(path));

      expect(problem).to.include({ status: 404, code: 'NOT_FOUND' });
    });
  }

  it('names the allowed methods for another one', async () => {
    const { call } = await startEcho();

    const response = await call('/a/7', { method: 'PUT' });

    expect(response.headers.get('allow')).to.equal('DELETE, GET, HEAD, OPTIONS');
    expect(await problemOf(response)).to.include({ status: 405, code: 'METHOD_NOT_ALLOWED' });
  });

  it('answers OPTIONS with the allowed methods', async () => {
    const { call } = await startEcho();

    const response = await call('/a/7', { method: 'OPTIONS' });

    expect([response.status, response.headers.get('allow')]).to.deep.equal([
      204,
      'DELETE, GET, HEAD, OPTIONS',
    ]);
  });

  it('finds nothing for OPTIONS at an unknown path', async () => {
    const { call } = await startEcho();

    expect(await problemOf(await call('/b', { method: 'OPTIONS' }))).to.include({ code: 'NOT_FOUND' });
  });

  it('answers HEAD like GET, without the body', async () => {
    const { call } = await startEcho();

    const response = await call('/a/7', { method: 'HEAD' });

    expect(response.status).to.equal(200);
    expect(Number(response.headers.get('content-length'))).to.be.greaterThan(0);
    expect(await response.text()).to.equal('');
  });

  it('prefers an endpoint that declares HEAD', async () => {
    const { call } = await startEcho();

    expect((await call('/h', { method: 'HEAD' })).status).to.equal(299);
    expect((await call('/h')).status).to.equal(200);
  });

  for (const path of ['/a/%', '/a/%ff', '/a/%zz']) {
    it(`treats ${path} as malformed`, async () => {
      const { call } = await startEcho();

      expect(await problemOf(await call(path))).to.include({ status: 400, code: 'MALFORMED_REQUEST' });
    });
  }
});
