import { expect } from 'chai';
import { WebSocket } from 'ws';
import { secondsFromNow } from '../../../test/support/token-signer.ts';
import { until } from '../../../test/support/until.ts';
import { use } from '../../../test/support/use.ts';
import { connectLive, type LiveMessage, type LiveReady } from '../src/index.ts';
import { openGuarded } from '../../liveupdate/test/support/open-guarded.ts';
import { type LiveServer, openBus, openLive, publish } from '../../liveupdate/test/support/open-live.ts';

function connect({ port }: LiveServer) {
  return use(connectLive(`http://127.0.0.1:${port}/ws/v1/`, { WebSocket }), (live) => live.close());
}

describe('the live client and the live bridge', () => {
  it('agree on the position of every message, from the first of a feed on', async () => {
    const bus = await openBus();
    const [server, other] = [await openLive(bus), await openLive(bus)];
    const messages: LiveMessage[] = [];
    const ready: LiveReady[] = [];
    connect(server).subscribe('messages', {
      onReady: (at) => ready.push(at),
      onMessage: (message) => messages.push(message),
    });
    await until(() => ready.length > 0);

    for (let n = 0; n < 3; n += 1) await publish(bus, `${n}`);
    await until(() => messages.length === 3);

    for (const { position, offset } of messages) {
      const resumed: LiveReady[] = [];
      const rest: unknown[] = [];
      const live = connect(other);
      live.subscribe('messages', {
        since: position,
        onReady: (at) => resumed.push(at),
        onMessage: ({ data }) => rest.push(data),
      });
      await until(() => resumed.length > 0 && rest.length === 2 - offset);
      expect(resumed[0]).to.include({ recovered: true, replay: 2 - offset });
      expect(rest).to.deep.equal([0, 1, 2].slice(offset + 1));
      live.close();
    }
  });

  it('switch from one filter to the next without a break in the connection', async () => {
    const bus = await openBus();
    const server = await openLive(bus);
    const live = connect(server);
    const seen: unknown[] = [];
    const watch = (room: string) =>
      new Promise<() => void>((resolve) => {
        const subscription = live.subscribe('messages', {
          where: { room },
          onReady: () => resolve(() => subscription.close()),
          onMessage: ({ data }) => seen.push(data),
        });
      });

    const leave = await watch('a');
    await publish(bus, '{"room":"a","n":1}');
    await until(() => seen.length === 1);
    leave();
    await watch('b');
    await publish(bus, '{"room":"a","n":2}');
    await publish(bus, '{"room":"b","n":3}');

    await until(() => seen.length === 2);
    expect(seen).to.deep.equal([
      { room: 'a', n: 1 },
      { room: 'b', n: 3 },
    ]);
    expect(await server.metric('connections')).to.equal(1);
  });
});

describe('the live client and a bridge that authenticates it', () => {
  it('agree on a token, on a fresh one, and on going on after one that expired', async () => {
    const server = await openGuarded();
    const { provider } = server;
    const exp = secondsFromNow(2);
    const tokens = [{ jti: '1', exp }, { jti: '2', exp: exp + 1 }, { jti: '3' }].map((claims) =>
      provider.sign(claims),
    );
    const messages: unknown[] = [];
    const live = use(
      connectLive(`${server.url}/ws/v1/`, {
        WebSocket,
        token: () => tokens.shift() ?? provider.sign({ jti: '4' }),
      }),
      (live) => live.close(),
    );
    const ready: LiveReady[] = [];
    live.subscribe('orders', {
      onReady: (at) => ready.push(at),
      onMessage: ({ data }) => messages.push(data),
    });
    await until(() => ready.length > 0);

    const sent: object[] = [];
    await until(
      async () => {
        sent.push({ customer: 'ana', n: sent.length });
        await server.publishTo('orders', sent.at(-1) ?? {});
        return Date.now() > (exp + 1) * 1000 + 200;
      },
      { everyMs: 50 },
    );

    await until(() => messages.length === sent.length);
    expect(messages).to.deep.equal(sent);
  });
});
