import { expect } from 'chai';
import { startGateway } from './support/start-gateway.ts';
import { reply, work } from './support/work.ts';

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

describe('the answer to an accepted message', () => {
  it('names its id', async () => {
    const { call } = await startGateway(`
  POST /plain: { fanout: true, body: true }
  POST /named: { fanout: { answer: id }, status: 202, body: true, idempotency: true }
  POST /empty: { fanout: { answer: id }, status: 204, body: true }`);
    const send = (path: string, headers = {}): Promise<Response> =>
      call(path, { method: 'POST', body: '1', headers: { 'content-type': 'application/json', ...headers } });

    const plain = await send('/plain');
    const key = { 'idempotency-key': '"k"' };
    const [first, second] = [await send('/named', key), await send('/named', key)];
    const empty = await send('/empty');

    expect([await plain.text(), plain.headers.get('x-message-id')]).to.satisfy(
      ([body, id]: readonly string[]) => body === '{}' && uuid.test(id ?? ''),
    );
    const id = first.headers.get('x-message-id');
    expect([first.status, await first.json()]).to.deep.equal([202, { id }]);
    expect(await second.json()).to.deep.equal({ id });
    expect(empty.headers.get('x-message-id')).to.match(uuid);
  });
});

describe('the Location of an answer', () => {
  const created = `
  POST /orders: { fanout: true, status: 201, location: '/orders/{messageId}', body: true }
  PUT /shops/{shop}/orders/{id}:
    rpc: true
    location: '/shops/{params.shop}/orders/{data.id}?of={data.n}'
    body: true
  POST /links: { fanout: true, location: 'https://files.example/{data.id}', body: true }`;

  async function start() {
    const { bus, call } = await startGateway(created);
    await work(bus, '/shops/{shop}/orders/{id}:PUT', ({ body }) => {
      const text = body.toString();
      if (text.includes('"fail"')) return { ...reply('{"error":{"code":409}}'), status: 409, isError: true };
      return text.includes('"own"') ? { ...reply('1'), httpHeaders: { location: '/own' } } : reply('1');
    });
    const locationOf = async (method: string, path: string, data: unknown): Promise<string | null> => {
      const headers = { 'content-type': 'application/json' };
      const answer = await call(path, { method, headers, body: JSON.stringify(data) });
      const location = answer.headers.get('location');
      return location === null
        ? null
        : new URL(location, answer.url).href.replace(new URL(answer.url).origin, '');
    };
    return { call, locationOf };
  }

  it('is the path that the file says, wherever a proxy has the API', async () => {
    const { call, locationOf } = await start();

    expect(await locationOf('PUT', '/shops/3/orders/x', { id: 'é/7', n: 12 })).to.equal(
      '/shops/3/orders/%C3%A9%2F7?of=12',
    );
    expect(await locationOf('POST', '/links', { id: 1 })).to.equal('https://files.example/1');
    const headers = { 'content-type': 'application/json' };
    const answer = await call('/orders', { method: 'POST', headers, body: '{}' });
    expect(answer.headers.get('location')).to.equal(`./orders/${answer.headers.get('x-message-id')}`);
  });

  it("is the reply's where it has one, and absent from errors", async () => {
    const { locationOf } = await start();

    expect(await locationOf('PUT', '/shops/3/orders/x', { id: 'own', n: 1 })).to.equal('/own');
    expect(await locationOf('PUT', '/shops/3/orders/x', { id: 'fail', n: 1 })).to.equal(null);
  });

  for (const id of ['..', '.', '', null, [], 'x'.repeat(9_000)]) {
    it(`is absent where a value is ${JSON.stringify(id).slice(0, 20)}`, async () => {
      const { locationOf } = await start();

      expect(await locationOf('PUT', '/shops/3/orders/x', { id, n: 1 })).to.equal(null);
    });
  }

  it('replaces what UTF-8 cannot encode', async () => {
    const { locationOf } = await start();

    expect(await locationOf('PUT', '/shops/3/orders/x', { id: '\ud800', n: 1 })).to.contain(
      '/orders/%EF%BF%BD',
    );
  });
});
