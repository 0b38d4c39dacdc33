import { expect } from 'chai';
import { until } from '../support/until.ts';
import { newMark, openSocket, publish, type SocketClient } from './clients.ts';

/** How the server closed: its code, and its `bye`. */
async function farewell({ closed, frames }: SocketClient) {
  const { code } = await closed;
  const last = frames.at(-1);
  return { code, bye: last?.t === 'bye' ? last : undefined };
}

describe('the server sends bye, and closes with', () => {
  for (const [what, text] of [
    ['not JSON', 'nonsense'],
    ['not an object', '[1]'],
    ['of an unknown kind', '{"t":"novelty"}'],
    ['a subscription without an id', '{"t":"sub","feed":"messages"}'],
    ['a subscription with a wrong mode', '{"t":"sub","id":1,"feed":"messages","mode":"some"}'],
    ['a filter of nested values', '{"t":"sub","id":1,"feed":"messages","where":{"a":[]}}'],
    ['too large', JSON.stringify({ t: 'pong', at: 'x'.repeat(4 * 1024) })],
  ] as const) {
    it(`4500 a client whose message is ${what}`, async () => {
      const client = await openSocket();

      client.ws.send(text);

      const { code, bye } = await farewell(client);
      expect(code).to.equal(4500);
      expect(bye).to.include({ code: 4500 });
      expect(bye).not.to.have.property('retryMs');
    });
  }

  it('4500 a client that sends bytes instead of text', async () => {
    const client = await openSocket();

    client.ws.send(Buffer.from('{"t":"pong","at":"0.0:-1"}'));

    expect((await farewell(client)).code).to.equal(4500);
  });

  it('4005 a client that sends too many messages in a second, and says when to reconnect', async () => {
    const client = await openSocket();

    for (let i = 0; i < 60; i += 1) client.send({ t: 'pong', at: '0.0:-1' });

    const { code, bye } = await farewell(client);
    expect(code).to.equal(4005);
    expect(bye).to.include({ code: 4005 });
    expect(bye?.['retryMs']).to.be.a('number').above(0);
  });

  it('4502 a page of a foreign origin', async () => {
    const client = await openSocket({ headers: { origin: 'https://foreign.invalid' } });

    const { code, bye } = await farewell(client);

    expect(code).to.equal(4502);
    expect(bye).to.include({ code: 4502 });
    expect(bye).not.to.have.property('retryMs');
  });

  it('4506 a client that offers only unknown versions', async () => {
    const client = await openSocket({ protocols: ['liveupdate.v9.json'] });

    expect((await client.closed).code).to.equal(4506);
  });

  it('1009 a client whose message exceeds the maximum size', async () => {
    const client = await openSocket();

    client.ws.send('x'.repeat(64 * 1024));

    expect((await client.closed).code).to.equal(1009);
  });

  it('4001 a client that reads too slowly to keep up, while others get everything', async () => {
    const mark = newMark();
    const [slow, reader] = [await openSocket(), await openSocket()];
    await slow.subscribe();
    await reader.subscribe();
    slow.ws.pause();

    await publish(mark, 24, { text: 'x'.repeat(900_000) });
    await until(() => reader.numbers(mark).length === 24, { timeoutMs: 30_000 });
    slow.ws.resume();

    const { code, bye } = await farewell(slow);
    // A server that notices early does not wait long for its bye to be read.
    expect(code).to.be.oneOf([4001, 1006]);
    if (code === 4001) expect(bye?.['retryMs']).to.be.a('number').above(0);
    expect(slow.numbers(mark).length).to.be.below(24);
    expect(reader.ws.readyState).to.equal(reader.ws.OPEN);
  });
});

describe('the server accepts', () => {
  it('a page of its own origin', async () => {
    const { host, origin } = new URL(process.env.CONFORMANCE_URL ?? '');
    const client = await openSocket({ headers: { host, origin } });

    expect(await client.subscribe()).to.include({ t: 'ok' });
  });
});
