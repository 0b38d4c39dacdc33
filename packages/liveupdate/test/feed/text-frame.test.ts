import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { WebSocket, WebSocketServer } from 'ws';
import { until } from '../../../../test/support/until.ts';
import { use } from '../../../../test/support/use.ts';
import { encodeTextFrame } from '../../src/feed/text-frame.ts';

describe('encodeTextFrame', () => {
  it('makes frames that a client reads as text, at each size at which the header changes', async () => {
    const texts = [0, 1, 125, 126, 65_535, 65_536, 300_000].map((length) => 'x'.repeat(length));
    const { client, socket } = await openPair();
    const received: string[] = [];
    client.on('message', (data: Buffer, isBinary) => received.push(`${isBinary}${data.toString()}`));

    for (const text of texts) socket.write(encodeTextFrame(Buffer.from(text)));

    await until(() => received.length === texts.length);
    expect(received).to.deep.equal(texts.map((text) => `false${text}`));
  });

  it('mixes with what the WebSocket itself writes, in the order of writing', async () => {
    const { client, server, socket } = await openPair();
    const received: string[] = [];
    client.on('message', (data: Buffer) => received.push(data.toString()));
    client.on('ping', () => received.push('ping'));

    for (let i = 0; i < 20; i += 1) {
      socket.write(encodeTextFrame(Buffer.from(`past ${i}`)));
      server.send(`through ${i}`);
      server.ping();
    }
    socket.write(encodeTextFrame(Buffer.from('x'.repeat(1_000_000))));
    server.close(4000);

    const [code] = await once(client, 'close');
    expect(code).to.equal(4000);
    expect(received.slice(0, 3)).to.deep.equal(['past 0', 'through 0', 'ping']);
    expect(received.slice(57, 60)).to.deep.equal(['past 19', 'through 19', 'ping']);
    expect(received[60]).to.have.length(1_000_000);
  });

  it('is counted as buffered by the WebSocket when written to its socket', async () => {
    const { server, socket } = await openPair();
    socket.cork();

    socket.write(encodeTextFrame(Buffer.from('x'.repeat(1_000))));

    expect(server.bufferedAmount).to.equal(1_004);
    socket.uncork();
  });
});

async function openPair() {
  const sockets = new WebSocketServer({ noServer: true, clientTracking: false });
  const http = use(createServer().listen(0, '127.0.0.1'), (http) => http.close());
  await once(http, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
  use(client, (client) => client.terminate());
  const opened = once(client, 'open');
  const [request, socket, head] = await once(http, 'upgrade');
  const server = await new Promise<WebSocket>((resolve) => {
    sockets.handleUpgrade(request, socket, head, resolve);
  });
  await opened;
  return { client, server, socket };
}
