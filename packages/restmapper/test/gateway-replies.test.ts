import type { Outcome } from '@restmapper/bus';
import { expect } from 'chai';
import { problemOf, startGateway } from './support/start-gateway.ts';
import { reply, work } from './support/work.ts';

type Head = Pick<Extract<Outcome, { kind: 'reply' }>, 'contentType' | 'httpHeaders' | 'status' | 'isError'>;

async function startWith(endpoint: string, text: string | Buffer, head: Head = {}) {
  const started = await startGateway(`  ${endpoint}`, {
    originRules: { allowedOrigins: ['https://shop.example'], allowCredentials: false },
  });
  await work(started.bus, queueOf(endpoint), () => ({ ...reply(text), ...head }));
  return started;
}

function queueOf(endpoint: string): string {
  const [method = '', path = ''] = endpoint.split(':')[0]?.split(' ') ?? [];
  return `${path}:${method}`;
}

const csv = 'GET /a: { rpc: true, produces: [application/json, text/csv], replyHeaders: [x-total] }';

describe("a reply's type and headers", () => {
  it('reach the caller, and pages may read the headers', async () => {
    const { call } = await startWith(csv, 'id\n7\n', {
      status: 203,
      contentType: 'text/csv; charset=utf-8',
      httpHeaders: { 'x-total': '7', link: '</a?p=2>; rel="next"', vary: 'accept' },
    });

    const response = await call('/a', { headers: { origin: 'https://shop.example' } });

    expect([response.status, await response.text()]).to.deep.equal([203, 'id\n7\n']);
    expect(response.headers.get('content-type')).to.equal('text/csv; charset=utf-8');
    expect(response.headers.get('x-total')).to.equal('7');
    expect(response.headers.get('link')).to.equal('</a?p=2>; rel="next"');
    expect(response.headers.get('vary')?.toLowerCase()).to.equal('origin, accept');
    expect(response.headers.get('access-control-expose-headers')).to.match(/x-request-id.*x-total/);
    expect(response.headers.get('cache-control')).to.equal('no-store');
  });

  it('let 10 MB of text and of bytes through unchanged', async () => {
    const body = Buffer.alloc(10_000_000, Buffer.from([0xff, 0x00, 0x0a, 0x2c]));
    const { call } = await startWith(csv, body, { contentType: 'text/csv' });

    const response = await call('/a');

    expect(Buffer.from(await response.arrayBuffer()).equals(body)).to.equal(true);
    expect(response.headers.get('content-length')).to.equal('10000000');
  });

  it('answer HEAD without the body', async () => {
    const { call } = await startWith(csv, 'id\n', { contentType: 'text/csv', httpHeaders: { etag: '"7"' } });

    const response = await call('/a', { method: 'HEAD' });

    expect([response.status, await response.text()]).to.deep.equal([200, '']);
    expect(response.headers.get('content-type')).to.equal('text/csv');
    expect(response.headers.get('content-length')).to.equal('3');
    expect(response.headers.get('etag')).to.equal('"7"');
  });

  it('leave a 204 without body and type, but with headers', async () => {
    const { call } = await startWith(csv, 'id\n', {
      status: 204,
      contentType: 'text/csv',
      httpHeaders: { etag: '"7"' },
    });

    const response = await call('/a');

    expect([response.status, await response.text()]).to.deep.equal([204, '']);
    expect(response.headers.has('content-type')).to.equal(false);
    expect(response.headers.get('etag')).to.equal('"7"');
  });

  it('hold the reply schema for JSON alone', async () => {
    const both = 'GET /a: { rpc: true, produces: [application/json, text/csv], reply: { type: object } }';
    const text = await startWith(both, '7', { contentType: 'text/csv' });
    const json = await startWith(both, '7');

    expect((await text.call('/a')).status).to.equal(200);
    expect(await problemOf(await json.call('/a'))).to.include({ status: 502, code: 'BAD_REPLY' });
  });

  it('take a reply without a type for the first type of an endpoint without JSON', async () => {
    const { call } = await startWith('GET /a: { rpc: true, produces: [text/csv] }', 'id\n', {
      contentType: 'text/csv',
    });

    expect((await call('/a')).headers.get('content-type')).to.equal('text/csv');
  });

  const refused: readonly (readonly [title: string, head: Head, reason: string])[] = [
    ['a type', { contentType: 'text/html' }, 'the type text/html is not under `produces` of GET /a'],
    ['no type', { contentType: 'csv' }, 'the type "csv" is not a media type'],
    [
      'a line end in the type',
      { contentType: 'text/csv\r\nset-cookie: a=b' },
      'the type "text/csv\\r\\nset-cookie: a=b" is not a media type',
    ],
    [
      'a header',
      { httpHeaders: { 'x-other': '1' } },
      'the header x-other is not under `replyHeaders` of GET /a',
    ],
    [
      'a line end',
      { httpHeaders: { 'x-total': '1\r\nset-cookie: a=b' } },
      'the header x-total has a control character',
    ],
    [
      '9 KiB',
      { httpHeaders: { link: 'a'.repeat(9 * 1024) } },
      'the headers have more than 8 KiB, at the header link',
    ],
    [
      'other letters',
      { httpHeaders: { link: '€' } },
      'the header link has characters beyond ASCII, which must be percent-encoded',
    ],
    [
      'a cookie',
      { httpHeaders: { 'set-cookie': 'a=b' } },
      'the header set-cookie carries credentials, which no reply may do',
    ],
    [
      'framing',
      { httpHeaders: { 'content-length': '1' } },
      'the header content-length is set by the gateway alone',
    ],
    ['a name twice', { httpHeaders: { etag: '"7"', ETag: '"7"' } }, 'the header etag is there twice'],
    [
      'an etag without quotes',
      { httpHeaders: { etag: '7' } },
      'the header etag must be in quotes, as in "7" or W/"7", and is 7',
    ],
  ];

  for (const [title, head, reason] of refused) {
    it(`answer 502 for ${title} that the endpoint does not declare or HTTP cannot carry`, async () => {
      const { call } = await startWith(csv, '7', head);

      const problem = await problemOf(await call('/a'));

      expect(problem).to.include({ status: 502, code: 'BAD_REPLY' });
      expect(problem.detail).to.equal(`the worker's reply cannot be passed on: ${reason}`);
    });
  }
});

describe('a conditional call', () => {
  const etag = '"7"';

  it('is answered 304 when the caller has the current reply, with the headers of the 200', async () => {
    const { call } = await startWith('GET /a: { rpc: true, replyHeaders: [x-total] }', '{"a":1}', {
      httpHeaders: { etag, vary: 'accept', 'content-language': 'el', 'x-total': '7' },
    });

    const response = await call('/a', { headers: { 'if-none-match': 'W/"7"' } });

    expect([response.status, await response.text()]).to.deep.equal([304, '']);
    expect(response.headers.get('etag')).to.equal(etag);
    expect(response.headers.get('cache-control')).to.equal('no-cache');
    expect(response.headers.get('vary')?.toLowerCase()).to.equal('origin, accept');
    for (const name of ['content-type', 'content-language', 'content-length', 'x-total'])
      expect(response.headers.has(name), name).to.equal(false);
  });

  it('is answered with the reply when that is another one', async () => {
    const { call } = await startWith('GET /a: { rpc: true }', '{"a":1}', { httpHeaders: { etag } });

    const response = await call('/a', { headers: { 'if-none-match': '"6"' } });

    expect([response.status, await response.text()]).to.deep.equal([200, '{"a":1}']);
    expect(response.headers.get('cache-control')).to.equal('no-cache');
  });

  it('is answered 412 when the caller expects another reply', async () => {
    const { call } = await startWith('GET /a: { rpc: true }', '{"a":1}', { httpHeaders: { etag } });

    const response = await call('/a', { headers: { 'if-match': '"6"' } });

    expect(response.headers.get('etag')).to.equal(etag);
    expect(await problemOf(response)).to.include({ status: 412, code: 'PRECONDITION_FAILED' });
  });

  it('that changes something is left to the handler, whose 412 passes with its headers', async () => {
    const passed = await startWith('PUT /a: { rpc: true }', '{}', { httpHeaders: { etag } });
    const refused = await startWith(
      'PUT /a: { rpc: true }',
      '{"error":{"code":"CHANGED","headers":{"etag":"\\"7\\""}}}',
      { status: 412, isError: true },
    );
    const init = { method: 'PUT', headers: { 'if-match': '"6"', 'if-none-match': '*' } };

    expect((await passed.call('/a', init)).status).to.equal(200);
    const response = await refused.call('/a', init);
    expect(response.headers.get('etag')).to.equal(etag);
    expect(await problemOf(response)).to.include({ status: 412, code: 'CHANGED' });
  });

  it('leaves the caching to a handler that decides it', async () => {
    const { call } = await startWith('GET /a: { rpc: true }', '1', {
      httpHeaders: { etag, 'cache-control': 'max-age=60' },
    });

    expect((await call('/a')).headers.get('cache-control')).to.equal('max-age=60');
  });
});
