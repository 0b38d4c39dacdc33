import { expect } from 'chai';
import { openEventSource } from '../../../test/support/event-source.ts';
import { secondsFromNow } from '../../../test/support/token-signer.ts';
import { until } from '../../../test/support/until.ts';
import { bearer, openGuarded } from './support/open-guarded.ts';

const paths = ['/sse/v1/orders', '/live/v1/orders', '/sse/v1/orders?history'];

describe('a protected feed over HTTP', () => {
  it('answers 401 to an unknown caller: no credentials, wrong ones, or ones in the query', async () => {
    const { url, provider } = await openGuarded();
    const token = await provider.sign({ jti: '1' });

    for (const path of paths) {
      for (const headers of [{}, bearer('forged'), { 'x-api-key': 'forged' }]) {
        const response = await fetch(`${url}${path}`, { headers: { ...headers } });

        expect(response.headers.get('www-authenticate')).to.contain('Bearer realm="users"');
        expect([response.status, await response.json()]).to.have.deep.nested.property(
          '[1].code',
          'UNAUTHENTICATED',
        );
      }
      const query = `${path.includes('?') ? '&' : '?'}access_token=${token}`;
      expect((await fetch(`${url}${path}${query}`)).status).to.equal(422);
    }
  });

  it('answers 403 to a caller that lacks the scope, or requests the data of others', async () => {
    const { url, provider } = await openGuarded();
    const headers = bearer(await provider.sign({ jti: '1' }));

    for (const path of ['/sse/v1/audit', '/live/v1/audit']) {
      const response = await fetch(`${url}${path}`, { headers });
      expect(await response.json()).to.include({ status: 403, code: 'INSUFFICIENT_SCOPE' });
    }
    for (const path of paths) {
      const where = `${path.includes('?') ? '&' : '?'}where=${encodeURIComponent('{"customer":"bob"}')}`;
      const response = await fetch(`${url}${path}${where}`, { headers });
      expect(await response.json()).to.include({ status: 403, code: 'FORBIDDEN' });
    }
  });

  it('shows watchers only their own messages: live, replayed and as history', async () => {
    const { url, provider, publishTo } = await openGuarded();
    const headers = bearer(await provider.sign({ jti: '1' }));
    const live = await openEventSource(`${url}/sse/v1/orders`, { headers });
    await until(() => live.events.some(({ event }) => event === 'ok'));
    for (const customer of ['bob', 'ana', 'mallory', 'ana']) await publishTo('orders', { customer });
    await until(() => live.events.filter(({ event }) => event === 'message').length === 2);

    const [history, tail] = await Promise.all(
      ['/live/v1/orders', '/sse/v1/orders?history&mode=tail:4'].map(async (path) => {
        const response = await fetch(`${url}${path}`, { headers });
        return (await response.json()) as { readonly messages: readonly { readonly d: object }[] };
      }),
    );
    const replayed = await openEventSource(`${url}/sse/v1/orders?mode=tail:4`, { headers });
    await until(() => replayed.events.filter(({ event }) => event === 'message').length === 2);

    for (const page of [history, tail]) {
      expect(page?.messages.map(({ d }) => d)).to.deep.equal([{ customer: 'ana' }, { customer: 'ana' }]);
    }
    for (const { events } of [live, replayed]) expect(JSON.stringify(events)).to.not.match(/bob|mallory/);
  });

  it('ends with a bye when the token expires, or is denied', async () => {
    const { url, provider, deny } = await openGuarded({ limits: { eventHeartbeatMs: 40 } });
    const expiring = await openEventSource(`${url}/sse/v1/orders`, {
      headers: bearer(await provider.sign({ jti: '1', exp: secondsFromNow(2) })),
    });
    const denied = await openEventSource(`${url}/sse/v1/orders`, {
      headers: bearer(await provider.sign({ jti: '2' })),
    });

    await deny('2');

    const byeOf = ({ events }: typeof denied) => until(() => events.find(({ event }) => event === 'bye'));
    expect(JSON.parse((await byeOf(denied)).data)).to.include({ code: 4501 });
    expect(JSON.parse((await byeOf(expiring)).data)).to.include({ code: 4003 });
  });

  it('asks the caller to come back while the auth service is over its rate limit', async () => {
    const { url } = await openGuarded();
    const headers = { 'x-session': '1' };

    const history = await fetch(`${url}/live/v1/orders`, { headers });
    const stream = await openEventSource(`${url}/sse/v1/orders`, { headers });

    expect(history.headers.get('retry-after')).to.equal('9');
    expect(await history.json()).to.include({ status: 429, code: 'RATE_LIMITED' });
    const bye = await until(() => stream.events.find(({ event }) => event === 'bye'));
    expect(JSON.parse(bye.data)).to.include({ code: 4006 });
  });

  it('asks the caller to come back while its identity cannot be verified', async () => {
    const { url, provider } = await openGuarded();
    const headers = bearer(await provider.sign({ jti: '1' }));
    provider.isAway = true;

    const history = await fetch(`${url}/live/v1/orders`, { headers });
    const stream = await openEventSource(`${url}/sse/v1/orders`, { headers });

    expect(history.headers.get('retry-after')).to.match(/^\d$/);
    expect(await history.json()).to.include({ status: 503, code: 'AUTH_UNAVAILABLE' });
    const bye = await until(() => stream.events.find(({ event }) => event === 'bye'));
    expect(JSON.parse(bye.data)).to.include({ code: 4006 });
  });
});
