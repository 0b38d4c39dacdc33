import { expect } from 'chai';
import { problemOf, startGateway } from './support/start-gateway.ts';

const endpoints = `
  POST /a: { fanout: true, body: { type: object } }
  GET /{name}: { rpc: true }`;

describe('the description of the API', () => {
  it('is an OpenAPI document, even if a parameter would match its path', async () => {
    const { call } = await startGateway(endpoints);

    const response = await call('/openapi.json');

    expect(response.status).to.equal(200);
    expect(response.headers.get('content-type')).to.equal('application/json');
    expect(response.headers.get('cache-control')).to.equal('no-cache');
    const document = (await response.json()) as { info: object; paths: object };
    expect(document.info).to.have.property('version', '1.2.3');
    expect(document.paths).to.have.all.keys('/a', '/{name}');
  });

  it('is sent only to clients that do not have it yet', async () => {
    const { call } = await startGateway(endpoints);
    const etag = (await call('/openapi.json')).headers.get('etag') ?? '';

    const known = await call('/openapi.json', { headers: { 'if-none-match': `"first", W/${etag}` } });
    const other = await call('/openapi.json', { headers: { 'if-none-match': '"other"' } });

    expect(etag).to.match(/^"[\w-]{43}"$/);
    expect([known.status, await known.text()]).to.deep.equal([304, '']);
    expect(known.headers.get('etag')).to.equal(etag);
    expect(other.status).to.equal(200);
  });

  it('states its length in bytes', async () => {
    const { call } = await startGateway('  GET /a: { rpc: true, summary: Grüße }');

    const head = await call('/openapi.json', { method: 'HEAD' });
    const bytes = await (await call('/openapi.json')).arrayBuffer();

    expect(Number(head.headers.get('content-length'))).to.equal(bytes.byteLength);
  });

  it('is read-only', async () => {
    const { call } = await startGateway('  POST /a: { fanout: true }');

    const response = await call('/openapi.json', { method: 'PUT' });

    expect(response.headers.get('allow')).to.equal('GET, HEAD, OPTIONS');
    expect(await problemOf(response)).to.include({ code: 'METHOD_NOT_ALLOWED' });
  });
});
